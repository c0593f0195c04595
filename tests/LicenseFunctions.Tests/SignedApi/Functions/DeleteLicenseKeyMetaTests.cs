using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.SignedApi.Functions;

public sealed class DeleteLicenseKeyMetaTests(CatalogApi api) : IClassFixture<CatalogApi>
{
    private const string Endpoint = "delete-license-key-meta";

    [Fact]
    public async Task Metadata_is_deleted_once_and_its_number_is_not_given_again()
    {
        var license = await api.LicenseAsync();
        await api.CallAsync("create-license-key-meta", license, ("key", "k"), ("value", "v"));

        (await api.CallAsync(Endpoint, license, ("key", "k"))).ShouldBe(252, "Metadata deleted", CatalogApi.OwnKey);
        (await api.CallAsync(Endpoint, license, ("key", "k"))).ShouldBe(251, "Meta key doesn't exist", CatalogApi.OwnKey);
        var again = await api.CallAsync("create-license-key-meta", license, ("key", "k"), ("value", "v"));
        Assert.Equal(2, again.Response.GetProperty("meta_id").GetInt32());
    }

    [Fact]
    public async Task The_key_is_required_and_the_identifier_must_be_active()
    {
        var license = await api.LicenseAsync();

        (await api.CallAsync(Endpoint, license)).ShouldBe(250, "Meta key is required", CatalogApi.OwnKey);
        Assert.Equal("202", (await api.CallAsync(Endpoint, license, ("identifier", "none"), ("key", "k"))).Code);
    }
}
