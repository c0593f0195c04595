using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.SignedApi.Functions;

public sealed class DeleteProductMetaTests(CatalogApi api) : IClassFixture<CatalogApi>
{
    [Fact]
    public async Task Metadata_is_deleted_once()
    {
        var product = await api.ProductAsync();
        await api.CallAsync("create-product-meta", product, ("key", "k"), ("value", "v"));

        (await api.CallAsync("delete-product-meta", product, ("key", "k"))).ShouldBe(482, "Product meta deleted", CatalogApi.OwnKey);
        (await api.CallAsync("delete-product-meta", product, ("key", "k"))).ShouldBe(481, "Meta key doesn't exist", CatalogApi.OwnKey);
    }

    [Fact]
    public async Task Product_and_key_are_required()
    {
        (await api.Host.PostAsync("/api/v1/delete-product-meta", ("key", "k"))).ShouldBe(483, "Product not found");
        (await api.CallAsync("delete-product-meta", await api.ProductAsync())).ShouldBe(480, "Meta key is required", CatalogApi.OwnKey);
    }
}
