using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.SignedApi.Functions;

public sealed class VerifyLicenseKeyTests(SharedApi api) : IClassFixture<SharedApi>
{
    [Fact]
    public async Task An_active_identifier_is_valid()
    {
        var license = await api.LicenseAsync();
        await api.CallAsync("activate", license, ("identifier", "a.example"));

        var answer = await api.CallAsync("verify", license, ("identifier", "a.example"));

        answer.ShouldSay(SharedApi.OwnKey, $"\"code\":200,\"message\":\"Valid license key\",\"timestamp\":{api.Timestamp}");
    }

    [Fact]
    public async Task An_identifier_that_never_was_active_is_not()
    {
        var license = await api.LicenseAsync();

        var answer = await api.CallAsync("verify", license, ("identifier", "a.example"));

        answer.ShouldSay(SharedApi.OwnKey,
            $"\"code\":202,\"message\":\"No activation found for this license key\\/identifier combination\",\"timestamp\":{api.Timestamp}");
    }

    [Fact]
    public async Task Identifiers_are_compared_to_the_letter()
    {
        var license = await api.LicenseAsync();
        await api.CallAsync("activate", license, ("identifier", "HW-Ab:12/ü"));

        var same = await api.CallAsync("verify", license, ("identifier", "HW-Ab:12/ü"));
        var other = await api.CallAsync("verify", license, ("identifier", "hw-ab:12/ü"));

        same.ShouldBe(200, "Valid license key", SharedApi.OwnKey);
        other.ShouldBe(202, "No activation found for this license key/identifier combination", SharedApi.OwnKey);
    }

    [Fact]
    public async Task A_license_of_a_product_without_its_own_key_is_signed_by_the_global_one()
    {
        var license = await api.Host.LicenseAsync(api.Plain);
        await api.CallAsync("activate", license, ("identifier", "a.example"));

        var answer = await api.CallAsync("verify", license, ("identifier", "a.example"));

        answer.ShouldBe(200, "Valid license key", signedBy: "global");
    }

    [Fact]
    public async Task An_expired_license_is_valid_where_its_product_does_not_mind()
    {
        var license = await api.LicenseAsync(draft => draft with { ValidityDays = 1 });
        await api.CallAsync("activate", license, ("identifier", "a.example"));
        api.Clock.Advance(TimeSpan.FromDays(2));

        var answer = await api.CallAsync("verify", license, ("identifier", "a.example"));

        answer.ShouldBe(200, "Valid license key", SharedApi.OwnKey);
    }

    [Theory]
    [InlineData(0, 200, "Valid license key")]
    [InlineData(1, 205, "License key expired")]
    public async Task A_license_expires_on_the_millisecond_where_its_product_requires_it(int after, int code, string message)
    {
        var product = await api.Host.ProductAsync(draft => draft with { RequiresNonExpired = true, SigningKeyName = SharedApi.OwnKey });
        var license = await api.Host.LicenseAsync(product, draft => draft with { ValidityDays = 1 });
        await api.CallAsync("activate", license, ("identifier", "a.example"));
        api.Clock.Advance(TimeSpan.FromDays(1) + TimeSpan.FromMilliseconds(after - 1));

        var answer = await api.CallAsync("verify", license, ("identifier", "a.example"));

        answer.ShouldBe(code, message, SharedApi.OwnKey);
    }

    [Fact]
    public async Task A_freed_identifier_fails_at_once()
    {
        var license = await api.LicenseAsync();
        await api.CallAsync("activate", license, ("identifier", "a.example"));
        await api.CallAsync("verify", license, ("identifier", "a.example"));
        await api.CallAsync("deactivate", license, ("identifier", "a.example"));

        var answer = await api.CallAsync("verify", license, ("identifier", "a.example"));

        answer.ShouldBe(202, "No activation found for this license key/identifier combination", SharedApi.OwnKey);
    }
}
