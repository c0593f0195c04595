using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.SignedApi.Functions;

public sealed class GetProductChangelogTests(CatalogApi api) : IClassFixture<CatalogApi>
{
    [Fact]
    public async Task A_product_is_named_by_uuid_slug_or_number()
    {
        var product = await api.ProductAsync();

        foreach (var query in (string[])[$"product_uuid={product.Uuid}", $"product_slug={product.Slug}", $"product_id={product.Id}"])
            (await api.Host.GetAsync($"/api/v1/get-product-changelog?{query}")).ShouldBe(1600, "Changelog retrieved successfully", CatalogApi.OwnKey);
    }

    [Fact]
    public async Task It_takes_an_api_key()
    {
        var answer = await api.Host.SendAsync(new(HttpMethod.Get, "/api/v1/get-product-changelog"), null);

        answer.ShouldBe(100, "Invalid API Key", status: 401);
    }
}
