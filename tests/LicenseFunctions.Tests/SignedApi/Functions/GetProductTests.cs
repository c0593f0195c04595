using LicenseFunctions.Licensing;
using LicenseFunctions.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace LicenseFunctions.Tests.SignedApi.Functions;

public sealed class GetProductTests(CatalogApi api) : IClassFixture<CatalogApi>
{
    [Fact]
    public async Task A_product_is_shown_with_metadata_uuid_slug_and_features_and_the_global_key_signs()
    {
        var product = await api.ProductAsync(draft => draft with { Name = "Shown product" });
        await api.CallAsync("create-product-meta", product, ("key", "k"), ("value", "v"));
        var features = api.Host.Services.GetRequiredService<ProductFeatures>();
        await features.SetAsync(product.Id, new("seats", "Seats", FeatureType.Number, FeatureValue.Read(FeatureType.Number, "5")), CancellationToken.None);
        await features.SetAsync(product.Id, new("api_access", "API", FeatureType.Boolean, FeatureValue.Read(FeatureType.Boolean, "1")), CancellationToken.None);
        await features.SetAsync(product.Id, new("edition", "Edition", FeatureType.Text, null), CancellationToken.None);

        var answer = await api.Host.GetAsync($"/api/v1/get-product?product_slug={product.Slug}");

        answer.ShouldBe(631, "Product information retrieved successfully");
        Assert.Equal(
            $$"""
            {"code":631,"message":"Product information retrieved successfully","id":{{product.Id}},"external_reference":"","source":"internal",
            "name":"Shown product","post_url":"","description":"A widget","status":"active","require_non_expired":0,
            "created_at":"2026-01-15T10:30:00.000000Z","updated_at":"2026-01-15T10:30:00.000000Z",
            "meta_data":[{"key":"k","value":"v"}],"uuid":"{{product.Uuid}}","slug":"shown-product",
            "features":[{"key":"seats","label":"Seats","type":"number","default":5},
            {"key":"api_access","label":"API","type":"boolean","default":true},
            {"key":"edition","label":"Edition","type":"text","default":null}],"timestamp":1768473000}
            """.ReplaceLineEndings(""),
            answer.Response.GetRawText());
    }

    [Theory]
    [InlineData("product_uuid=00000000-0000-4000-8000-000000000000")]
    [InlineData("product_id=999999")]
    [InlineData("product_slug=../x")]
    [InlineData("")]
    public async Task One_that_there_is_not_is_not_found(string query) =>
        (await api.Host.GetAsync($"/api/v1/get-product?{query}")).ShouldBe(551, "Product not found");
}
