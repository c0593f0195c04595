using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.SignedApi.Functions;

public sealed class GetProductMetaTests(CatalogApi api) : IClassFixture<CatalogApi>
{
    [Fact]
    public async Task It_is_told_in_the_order_of_creation_without_the_separators_that_clients_write_differently()
    {
        var product = await api.ProductAsync();
        foreach (var key in (string[])["zebra", "ant", "mo\u2028use"])
            await api.CallAsync("create-product-meta", product, ("key", key), ("value", "a\u2029b"));

        var answer = await api.Host.GetAsync($"/api/v1/get-product-meta?product_uuid={product.Uuid}");

        answer.ShouldBe(631, "Product information retrieved successfully", CatalogApi.OwnKey);
        Assert.Equal("zebra=ab ant=ab mouse=ab", CatalogApi.MetaOf(answer.Response));
    }

    [Fact]
    public async Task A_product_is_named_by_its_slug_too_and_an_unknown_one_is_not_found()
    {
        var product = await api.ProductAsync();

        Assert.Equal("631", (await api.Host.GetAsync($"/api/v1/get-product-meta?product_slug={product.Slug}")).Code);
        (await api.Host.GetAsync("/api/v1/get-product-meta?product_slug=none")).ShouldBe(551, "Product not found");
    }

    [Fact]
    public async Task It_goes_with_its_product()
    {
        var product = await api.ProductAsync();
        await api.CallAsync("create-product-meta", product, ("key", "k"), ("value", "v"));

        await api.CallAsync("delete-product", product);

        (await api.CallAsync("create-product-meta", product, ("key", "k"), ("value", "v"))).ShouldBe(274, "Product not found");
        var left = new List<string>();
        await foreach (var row in api.Host.Store.ListAsync(new("catalog", "product", $"meta.{product.Id:D12}."), CancellationToken.None))
            left.Add(row.Key);
        Assert.Empty(left);
    }
}
