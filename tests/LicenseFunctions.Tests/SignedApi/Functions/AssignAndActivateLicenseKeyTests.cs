using LicenseFunctions.Licensing;
using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.SignedApi.Functions;

public sealed class AssignAndActivateLicenseKeyTests(SharedApi api) : IClassFixture<SharedApi>
{
    private const string Endpoint = "assign-and-activate-license-key";

    [Fact]
    public async Task An_available_license_becomes_active_in_one_change()
    {
        var license = await AvailableAsync();

        var answer = await api.CallAsync(Endpoint, license, ("identifier", "domain.ltd"), ("owner_email", "email@domain.ltd"), ("owner_name", "Test User"));

        answer.ShouldSay(SharedApi.OwnKey, $"\"code\":300,\"message\":\"License key activated\",\"timestamp\":{api.Timestamp}");
        (await api.CallAsync("verify", license, ("identifier", "domain.ltd"))).ShouldBe(200, "Valid license key", SharedApi.OwnKey);
    }

    [Fact]
    public async Task The_owner_is_kept()
    {
        var license = await AvailableAsync();
        await api.CallAsync(Endpoint, license, ("identifier", "domain.ltd"), ("customer_email", "email@domain.ltd"), ("customer_name", "Test User"));

        var details = (await api.CallAsync("get-license-key-details", license)).Response.GetProperty("licenseKey");

        Assert.Equal("Test User", details.GetProperty("owner_name").GetString());
        Assert.Equal("email@domain.ltd", details.GetProperty("owner_email").GetString());
    }

    [Theory]
    [InlineData(LicenseStatus.Assigned)]
    [InlineData(LicenseStatus.Reserved)]
    [InlineData(LicenseStatus.Blocked)]
    public async Task Nothing_but_an_available_license_is_assigned(LicenseStatus status)
    {
        var license = await api.LicenseAsync(draft => draft with { Status = status });
        var before = await api.Host.BusinessRowsAsync();

        var answer = await api.CallAsync(Endpoint, license, ("identifier", "domain.ltd"));

        answer.ShouldSay("global", $"\"code\":801,\"message\":\"Invalid or already assigned license key\",\"timestamp\":{api.Timestamp}");
        Assert.Equal(before, await api.Host.BusinessRowsAsync());
    }

    [Fact]
    public async Task Without_an_identifier_nothing_is_assigned()
    {
        var license = await AvailableAsync();
        var before = await api.Host.BusinessRowsAsync();

        var answer = await api.CallAsync(Endpoint, license, ("owner_name", "Test User"));

        answer.ShouldBe(215, "Identifier is required", SharedApi.OwnKey);
        Assert.Equal(before, await api.Host.BusinessRowsAsync());
    }

    [Fact]
    public async Task A_license_whose_slots_are_all_taken_is_not_assigned_either()
    {
        var license = await AvailableAsync(limit: 1);
        await api.CallAsync(Endpoint, license, ("identifier", "a.example"));
        await api.CallAsync("update-license-key", license, ("status", "available"));
        var before = await api.Host.BusinessRowsAsync();

        var answer = await api.CallAsync(Endpoint, license, ("identifier", "b.example"));

        answer.ShouldBe(302, "License key reached activation limit", SharedApi.OwnKey);
        Assert.Equal(before, await api.Host.BusinessRowsAsync());
    }

    [Fact]
    public async Task An_identifier_that_is_still_active_is_assigned_its_license_again()
    {
        var license = await AvailableAsync(limit: 1);
        await api.CallAsync(Endpoint, license, ("identifier", "a.example"));
        await api.CallAsync("update-license-key", license, ("status", "available"));

        var answer = await api.CallAsync(Endpoint, license, ("identifier", "a.example"));

        answer.ShouldBe(301, "License key already active", SharedApi.OwnKey);
        (await api.CallAsync("verify", license, ("identifier", "a.example"))).ShouldBe(200, "Valid license key", SharedApi.OwnKey);
    }

    [Fact]
    public async Task An_owner_that_is_too_long_is_a_bad_request()
    {
        var license = await AvailableAsync();
        var before = await api.Host.BusinessRowsAsync();

        var answer = await api.CallAsync(Endpoint, license, ("identifier", "a.example"), ("owner_name", new string('x', 40_000)));

        answer.ShouldBeProblem(400);
        Assert.Equal(before, await api.Host.BusinessRowsAsync());
    }

    private Task<License> AvailableAsync(long limit = 0) =>
        api.LicenseAsync(draft => draft with { Status = LicenseStatus.Available, AssignedAt = null, ActivationLimit = limit });
}
