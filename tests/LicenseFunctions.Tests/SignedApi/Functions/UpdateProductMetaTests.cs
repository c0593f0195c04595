using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.SignedApi.Functions;

public sealed class UpdateProductMetaTests(CatalogApi api) : IClassFixture<CatalogApi>
{
    [Fact]
    public async Task The_value_changes_and_the_order_does_not()
    {
        var product = await api.ProductAsync();
        await api.CallAsync("create-product-meta", product, ("key", "z"), ("value", "1"));
        await api.CallAsync("create-product-meta", product, ("key", "a"), ("value", "2"));

        var answer = await api.CallAsync("update-product-meta", product, ("key", "z"), ("value", "3"));

        answer.ShouldBe(373, "Product meta updated", CatalogApi.OwnKey);
        Assert.Equal("z=3 a=2", CatalogApi.MetaOf((await api.Host.GetAsync($"/api/v1/get-product-meta?product_id={product.Id}")).Response));
    }

    [Fact]
    public async Task A_key_that_does_not_exist_is_said_in_the_words_of_the_wire()
    {
        var answer = await api.CallAsync("update-product-meta", await api.ProductAsync(), ("key", "none"), ("value", "v"));

        answer.ShouldBe(372, "Meta key doesn't exists", CatalogApi.OwnKey);
    }

    [Fact]
    public async Task Product_key_and_value_are_required_in_this_order()
    {
        var product = await api.ProductAsync();

        (await api.Host.PostAsync("/api/v1/update-product-meta")).ShouldBe(374, "Product not found");
        (await api.CallAsync("update-product-meta", product)).ShouldBe(370, "Meta key is required", CatalogApi.OwnKey);
        (await api.CallAsync("update-product-meta", product, ("key", "k"))).ShouldBe(371, "Meta value is required", CatalogApi.OwnKey);
    }
}
