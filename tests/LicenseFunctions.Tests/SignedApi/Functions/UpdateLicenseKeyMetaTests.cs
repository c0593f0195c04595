using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.SignedApi.Functions;

public sealed class UpdateLicenseKeyMetaTests(CatalogApi api) : IClassFixture<CatalogApi>
{
    private const string Endpoint = "update-license-key-meta";

    [Fact]
    public async Task The_value_changes_and_the_number_does_not()
    {
        var license = await api.LicenseAsync();
        await api.CallAsync("create-license-key-meta", license, ("key", "first"), ("value", "1"));
        await api.CallAsync("create-license-key-meta", license, ("key", "second"), ("value", "2"));

        var answer = await api.CallAsync(Endpoint, license, ("key", "first"), ("value", "3"));

        answer.ShouldBe(353, "Metadata updated", CatalogApi.OwnKey);
        Assert.Equal(1, answer.Response.GetProperty("meta_id").GetInt32());
        var details = await api.CallAsync("get-license-key-details", license);
        Assert.Equal("first=3 second=2", CatalogApi.MetaOf(details.Response.GetProperty("licenseKey")));
    }

    [Fact]
    public async Task A_key_that_does_not_exist_cannot_change()
    {
        var answer = await api.CallAsync(Endpoint, await api.LicenseAsync(), ("key", "none"), ("value", "v"));

        answer.ShouldBe(352, "Meta key doesn't exist", CatalogApi.OwnKey);
    }

    [Fact]
    public async Task Key_and_value_are_required_and_the_identifier_must_be_active()
    {
        var license = await api.LicenseAsync();

        (await api.CallAsync(Endpoint, license)).ShouldBe(350, "Meta key is required", CatalogApi.OwnKey);
        (await api.CallAsync(Endpoint, license, ("key", "k"))).ShouldBe(351, "Meta value is required", CatalogApi.OwnKey);
        Assert.Equal("202", (await api.CallAsync(Endpoint, license, ("identifier", "none"), ("key", "k"), ("value", "v"))).Code);
    }
}
