using LicenseFunctions.Licensing;
using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.SignedApi.Functions;

public sealed class CreateLicenseKeyMetaTests(CatalogApi api) : IClassFixture<CatalogApi>
{
    private const string Endpoint = "create-license-key-meta";

    [Fact]
    public async Task Metadata_is_created_with_a_number_of_its_own()
    {
        var license = await api.LicenseAsync();
        await api.CallAsync("activate", license, ("identifier", "domain.ltd"));

        var answer = await api.CallAsync(Endpoint, license, ("identifier", "domain.ltd"), ("key", "test-key"), ("value", "test value"));

        answer.ShouldBe(453, "Metadata created", CatalogApi.OwnKey);
        Assert.Equal("""{"code":453,"message":"Metadata created","meta_id":1,"timestamp":1768473000}""", answer.Response.GetRawText());
    }

    [Fact]
    public async Task Without_an_identifier_it_concerns_the_license_itself_and_details_show_it_in_order()
    {
        var license = await api.LicenseAsync();
        foreach (var (key, value) in new[] { ("z", "1"), ("a", "2\u2028"), ("m", "3") })
            Assert.Equal("453", (await api.CallAsync(Endpoint, license, ("meta_key", key), ("meta_value", value))).Code);

        var details = await api.CallAsync("get-license-key-details", license);

        Assert.Equal("z=1 a=2 m=3", CatalogApi.MetaOf(details.Response.GetProperty("licenseKey")));
        Assert.Equal("", CatalogApi.MetaOf(details.Response.GetProperty("product")));
    }

    [Fact]
    public async Task Details_show_the_metadata_of_the_product_too()
    {
        var product = await api.ProductAsync();
        await api.CallAsync("create-product-meta", product, ("key", "p"), ("value", "1"));

        var details = await api.CallAsync("get-license-key-details", await api.Host.LicenseAsync(product));

        Assert.Equal("p=1", CatalogApi.MetaOf(details.Response.GetProperty("product")));
    }

    [Fact]
    public async Task An_unassigned_license_is_refused_before_anything_else()
    {
        var license = await api.LicenseAsync(draft => draft with { Status = LicenseStatus.Available, AssignedAt = null });

        (await api.CallAsync(Endpoint, license, ("identifier", "none"))).ShouldBe(201, "This license key is not assigned", CatalogApi.OwnKey);
    }

    [Fact]
    public async Task A_blocked_license_of_an_inactive_product_takes_metadata()
    {
        var product = await api.ProductAsync(draft => draft with { IsActive = false });
        var license = await api.Host.LicenseAsync(product, draft => draft with { Status = LicenseStatus.Blocked });

        Assert.Equal("453", (await api.CallAsync(Endpoint, license, ("key", "k"), ("value", "v"))).Code);
    }

    [Fact]
    public async Task An_identifier_that_is_not_active_is_refused_before_key_and_value_are_looked_at()
    {
        var answer = await api.CallAsync(Endpoint, await api.LicenseAsync(), ("identifier", "none.example"));

        answer.ShouldBe(202, "No activation found for this license key/identifier combination", CatalogApi.OwnKey);
    }

    [Fact]
    public async Task Key_and_value_are_required_and_a_key_is_created_once()
    {
        var license = await api.LicenseAsync();
        await api.CallAsync(Endpoint, license, ("key", "k"), ("value", "v"));

        (await api.CallAsync(Endpoint, license, ("value", "v"))).ShouldBe(450, "Meta key is required", CatalogApi.OwnKey);
        (await api.CallAsync(Endpoint, license, ("key", "k"))).ShouldBe(451, "Meta value is required", CatalogApi.OwnKey);
        (await api.CallAsync(Endpoint, license, ("key", "k"), ("value", "w"))).ShouldBe(452, "Meta key already exists", CatalogApi.OwnKey);
        (await api.CallAsync(Endpoint, license, ("key", new string('k', 256)), ("value", "w"))).ShouldBe(450, "Meta key is required", CatalogApi.OwnKey);
    }

    [Fact]
    public async Task An_unknown_license_key_is_invalid() =>
        (await api.Host.PostAsync($"/api/v1/{Endpoint}", ("license_key", "none"), ("key", "k"), ("value", "v"))).ShouldBe(210, "Invalid license key");

    [Fact]
    public async Task Those_created_at_once_have_different_numbers_and_one_of_each_key()
    {
        var license = await api.LicenseAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => api.CallAsync(Endpoint, license, ("key", $"k{i % 10}"), ("value", "v"))));

        var created = answers.Where(answer => answer.Code == "453").Select(answer => answer.Response.GetProperty("meta_id").GetInt32()).Order();
        Assert.Equal(Enumerable.Range(1, 10), created);
        Assert.Equal(10, answers.Count(answer => answer.Code == "452"));
    }

    [Fact]
    public async Task A_license_created_anew_under_the_same_key_has_none_of_the_former_ones()
    {
        var license = await api.LicenseAsync();
        await api.CallAsync(Endpoint, license, ("key", "k"), ("value", "v"));
        await api.CallAsync("delete-license-key", license);
        await api.Host.LicenseAsync(await api.ProductAsync(), draft => draft with { Key = license.Key });

        var details = await api.CallAsync("get-license-key-details", license);

        Assert.Equal("", CatalogApi.MetaOf(details.Response.GetProperty("licenseKey")));
        Assert.Equal("453", (await api.CallAsync(Endpoint, license, ("key", "k"), ("value", "v"))).Code);
    }

    [Fact]
    public async Task A_full_license_takes_no_other_key_until_one_is_deleted()
    {
        var license = await api.LicenseAsync();
        await using var host = await ApiHost.StartAsync(api.Host.Store, settings: ("RateLimits:LicensePerMinute", "0"));
        for (var i = 0; i < MetaEntry.Most; i++)
            Assert.Equal("453", (await host.PostAsync($"/api/v1/{Endpoint}", ("license_key", license.Key), ("key", $"k{i}"), ("value", "v"))).Code);

        var full = await host.PostAsync($"/api/v1/{Endpoint}", ("license_key", license.Key), ("key", "more"), ("value", "v"));
        await host.PostAsync("/api/v1/delete-license-key-meta", ("license_key", license.Key), ("key", "k5"));
        var again = await host.PostAsync($"/api/v1/{Endpoint}", ("license_key", license.Key), ("key", "more"), ("value", "v"));

        Assert.Equal("450", full.Code);
        Assert.True(full.Response.TryGetProperty("errors", out _));
        Assert.Equal(101, again.Response.GetProperty("meta_id").GetInt32());
    }
}
