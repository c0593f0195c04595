using LicenseFunctions.Licensing;
using LicenseFunctions.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace LicenseFunctions.Tests.SignedApi.Functions;

public sealed class GetLicenseFeatureTests(CatalogApi api) : IClassFixture<CatalogApi>
{
    [Theory]
    [InlineData(FeatureType.Boolean, "true", null, "true", "true")]
    [InlineData(FeatureType.Boolean, "true", "false", "false", "false")]
    [InlineData(FeatureType.Number, "5", null, "true", "5")]
    [InlineData(FeatureType.Number, "5", "-7", "true", "-7")]
    [InlineData(FeatureType.Number, "0", null, "false", "0")]
    [InlineData(FeatureType.Text, "pro", "a/b", "true", "\"a\\/b\"")]
    [InlineData(FeatureType.Text, null, null, "false", "null")]
    [InlineData(FeatureType.Number, "5", "not a number", "true", "5")]
    public async Task A_license_has_its_own_value_or_the_default_of_its_product(
        FeatureType type, string? otherwise, string? own, string enabled, string value)
    {
        var product = await ProductAsync(new("feature", "Feature", type, otherwise is null ? null : FeatureValue.Read(type, otherwise)));
        var license = await api.Host.LicenseAsync(product, draft => own is null ? draft : draft.WithFeature("feature", new(type, own)));

        var answer = await api.Host.GetAsync($"/api/v1/licenses/{license.Key}/features/feature");

        answer.ShouldBe(200, "Valid license key", CatalogApi.OwnKey);
        Assert.Equal(
            $$"""{"code":200,"message":"Valid license key","feature":"feature","enabled":{{enabled}},"value":{{value}},"timestamp":1768473000}""",
            answer.Response.GetRawText());
    }

    [Fact]
    public async Task A_feature_that_the_product_does_not_have_is_not_enabled()
    {
        var license = await api.LicenseAsync(draft => draft.WithFeature("none", new(FeatureType.Boolean, "true")));

        var answer = await api.Host.GetAsync($"/v1/licenses/{license.Key}/features/none");

        answer.ShouldBe(200, "Valid license key", CatalogApi.OwnKey);
        Assert.Equal(("False", "Null"), ($"{answer.Response.GetProperty("enabled")}", $"{answer.Response.GetProperty("value").ValueKind}"));
    }

    [Theory]
    [InlineData("/api/v1")]
    [InlineData("/v1")]
    public async Task License_key_and_feature_may_hold_anything(string prefix)
    {
        const string name = "größe/a?b#c%d+e f";
        var product = await ProductAsync(new(name, "", FeatureType.Boolean, new(FeatureType.Boolean, "true")));
        var license = await api.Host.LicenseAsync(product, draft => draft with { Key = $"{prefix} LIC/1#?%25+é" });

        var answer = await api.Host.GetAsync($"{prefix}/licenses/{Uri.EscapeDataString(license.Key)}/features/{Uri.EscapeDataString(name)}");

        answer.ShouldBe(200, "Valid license key", CatalogApi.OwnKey);
        Assert.Equal(name, answer.Response.GetProperty("feature").GetString());
        Assert.True(answer.Response.GetProperty("enabled").GetBoolean());
    }

    [Fact]
    public async Task The_separators_that_clients_write_differently_are_dropped_as_from_any_text()
    {
        var product = await ProductAsync(new("proplan", "", FeatureType.Boolean, new(FeatureType.Boolean, "true")));
        var license = await api.Host.LicenseAsync(product);

        var answer = await api.Host.GetAsync($"/api/v1/licenses/{license.Key}%E2%80%A8/features/pro%E2%80%A8plan%E2%80%A9");

        answer.ShouldBe(200, "Valid license key", CatalogApi.OwnKey);
        Assert.Equal("proplan", answer.Response.GetProperty("feature").GetString());
        Assert.True(answer.Response.GetProperty("enabled").GetBoolean());
    }

    [Fact]
    public async Task The_license_is_judged_before_the_feature()
    {
        var available = await api.LicenseAsync(draft => draft with { Status = LicenseStatus.Available, AssignedAt = null });
        var blocked = await api.LicenseAsync(draft => draft with { Status = LicenseStatus.Blocked });

        (await api.Host.GetAsync("/api/v1/licenses/none/features/f")).ShouldBe(210, "Invalid license key");
        (await api.Host.GetAsync($"/api/v1/licenses/{available.Key}/features/f")).ShouldBe(201, "This license key is not assigned", CatalogApi.OwnKey);
        (await api.Host.GetAsync($"/api/v1/licenses/{blocked.Key}/features/f")).ShouldBe(204, "License key blocked", CatalogApi.OwnKey);
    }

    [Fact]
    public async Task It_takes_an_api_key_with_the_capability()
    {
        var license = await api.LicenseAsync();
        var other = await api.Host.NewApiKeyAsync("verify");
        var path = $"/api/v1/licenses/{license.Key}/features/f";

        Assert.Equal("100", (await api.Host.SendAsync(new(HttpMethod.Get, path), null)).Code);
        Assert.Equal("102", (await api.Host.SendAsync(new(HttpMethod.Get, path), other)).Code);
        Assert.Equal("200", (await api.Host.SendAsync(new(HttpMethod.Get, path), await api.Host.NewApiKeyAsync("licenses/features"))).Code);
    }

    [Fact]
    public async Task A_feature_can_be_changed_and_removed_and_keeps_its_place()
    {
        var product = await ProductAsync(new("a", "A", FeatureType.Text, null));
        var features = api.Host.Services.GetRequiredService<ProductFeatures>();
        await features.SetAsync(product.Id, new("b", "B", FeatureType.Text, null), CancellationToken.None);

        Assert.True(await features.SetAsync(product.Id, new("a", "Changed", FeatureType.Text, null), CancellationToken.None));
        Assert.Equal(["Changed", "B"], (await features.ListAsync(product.Id, CancellationToken.None)).Select(feature => feature.Label));
        Assert.True(await features.RemoveAsync(product.Id, "a", CancellationToken.None));
        Assert.False(await features.RemoveAsync(product.Id, "a", CancellationToken.None));
    }

    [Theory]
    [InlineData(FeatureType.Boolean, "yes")]
    [InlineData(FeatureType.Number, "1.5")]
    [InlineData(FeatureType.Number, "9007199254740992")]
    public void What_is_not_of_the_type_is_no_value(FeatureType type, string text) => Assert.Null(FeatureValue.Read(type, text));

    private async Task<Product> ProductAsync(ProductFeature feature)
    {
        var product = await api.ProductAsync();
        Assert.True(await api.Host.Services.GetRequiredService<ProductFeatures>().SetAsync(product.Id, feature, CancellationToken.None));
        return product;
    }
}
