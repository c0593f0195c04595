using LicenseFunctions.Licensing;
using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.SignedApi.Functions;

public sealed class DeleteLicenseKeyTests(SharedApi api) : IClassFixture<SharedApi>
{
    [Fact]
    public async Task A_license_is_deleted()
    {
        var license = await api.LicenseAsync();

        var answer = await api.CallAsync("delete-license-key", license);

        answer.ShouldSay(SharedApi.OwnKey, $"\"code\":850,\"message\":\"License key deleted\",\"timestamp\":{api.Timestamp}");
        (await api.CallAsync("verify", license, ("identifier", "a.example"))).ShouldBe(210, "Invalid license key");
    }

    [Fact]
    public async Task An_unknown_license_has_the_endpoints_own_code()
    {
        var answer = await api.Host.PostAsync("/api/v1/delete-license-key", ("license_key", "unknown"));

        answer.ShouldSay("global", $"\"code\":851,\"message\":\"License key not found\",\"timestamp\":{api.Timestamp}");
    }

    [Fact]
    public async Task The_second_time_it_is_unknown()
    {
        var license = await api.LicenseAsync();
        await api.CallAsync("delete-license-key", license);

        var answer = await api.CallAsync("delete-license-key", license);

        answer.ShouldBe(851, "License key not found");
    }

    [Theory]
    [InlineData(LicenseStatus.Available)]
    [InlineData(LicenseStatus.Blocked)]
    [InlineData(LicenseStatus.Revoked)]
    public async Task A_license_of_any_standing_is_deleted(LicenseStatus status)
    {
        var product = await api.Host.ProductAsync(draft => draft with { IsActive = false });
        var license = await api.Host.LicenseAsync(product, draft => draft with { Status = status });

        var answer = await api.CallAsync("delete-license-key", license);

        answer.ShouldBe(850, "License key deleted");
    }

    [Fact]
    public async Task Activations_do_not_outlive_it()
    {
        var license = await api.LicenseAsync(draft => draft with { ActivationLimit = 1 });
        await api.CallAsync("activate", license, ("identifier", "a.example"));
        await api.CallAsync("verify", license, ("identifier", "a.example"));
        await api.CallAsync("delete-license-key", license);
        await api.Host.LicenseAsync(api.Own, draft => draft with { Key = license.Key, ActivationLimit = 1 });

        var verified = await api.CallAsync("verify", license, ("identifier", "a.example"));
        var activated = await api.CallAsync("activate", license, ("identifier", "b.example"));

        verified.ShouldBe(202, "No activation found for this license key/identifier combination", SharedApi.OwnKey);
        activated.ShouldBe(300, "License key activated", SharedApi.OwnKey);
        Assert.Contains("\"verification_count\":0,\"last_verified_at\":null,\"expires_at\"", (await api.Host.GetDomainAsync("/status", license.Key)).Text, StringComparison.Ordinal);
    }
}
