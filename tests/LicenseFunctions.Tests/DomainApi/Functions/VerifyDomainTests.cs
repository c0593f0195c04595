using LicenseFunctions.Licensing;
using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.DomainApi.Functions;

public sealed class VerifyDomainTests(SharedApi api) : IClassFixture<SharedApi>
{
    [Fact]
    public async Task An_active_domain_of_a_perpetual_license_is_valid()
    {
        var license = await ActivatedAsync();

        var answer = await api.Host.GetDomainAsync("/verify", license.Key, "example.com");

        answer.ShouldBe(200, """{"valid":true,"license":{"expires_at":null}}""");
    }

    [Fact]
    public async Task The_expiry_is_shown_in_ISO_8601()
    {
        var assigned = new DateTimeOffset(2026, 1, 14, 10, 30, 0, 999, TimeSpan.Zero);
        var license = await ActivatedAsync(draft => draft with { ValidityDays = 365, AssignedAt = assigned.ToUnixTimeMilliseconds() });

        var answer = await api.Host.GetDomainAsync("/verify", license.Key, "example.com");

        answer.ShouldBe(200, """{"valid":true,"license":{"expires_at":"2027-01-14T10:30:00Z"}}""");
    }

    [Fact]
    public async Task A_domain_that_is_not_active_is_invalid()
    {
        var license = await ActivatedAsync();

        var answer = await api.Host.GetDomainAsync("/verify", license.Key, "other.example");

        answer.ShouldBe(200, """{"valid":false,"error":"invalid_domain"}""");
    }

    [Fact]
    public async Task After_a_deactivation_it_fails_at_once()
    {
        var license = await ActivatedAsync();
        await api.Host.GetDomainAsync("/verify", license.Key, "example.com");
        await api.Host.PostDomainAsync("/deactivate", license.Key, "example.com");

        var answer = await api.Host.GetDomainAsync("/verify", license.Key, "example.com");

        answer.ShouldBe(200, """{"valid":false,"error":"invalid_domain"}""");
    }

    [Theory]
    [InlineData("blocked", 200, "suspended")]
    [InlineData("available", 404, "invalid_key")]
    [InlineData("reserved", 404, "invalid_key")]
    public async Task A_status_that_the_vendor_sets_holds_at_once(string status, int http, string error)
    {
        var license = await ActivatedAsync();
        await api.CallAsync("update-license-key", license, ("status", status));

        var answer = await api.Host.GetDomainAsync("/verify", license.Key, "example.com");

        answer.ShouldBe(http, $$"""{"valid":false,"error":"{{error}}"}""");
    }

    [Theory]
    [InlineData(LicenseStatus.Suspended, "suspended")]
    [InlineData(LicenseStatus.Blocked, "suspended")]
    [InlineData(LicenseStatus.Revoked, "revoked")]
    public async Task Suspended_and_revoked_licenses_say_so(LicenseStatus status, string error)
    {
        var license = await api.LicenseAsync(draft => draft with { Status = status });

        var answer = await api.Host.GetDomainAsync("/verify", license.Key, "example.com");

        answer.ShouldBe(200, $$"""{"valid":false,"error":"{{error}}"}""");
    }

    [Fact]
    public async Task An_unknown_license_is_an_invalid_key()
    {
        var answer = await api.Host.GetDomainAsync("/verify", "unknown", "example.com");

        answer.ShouldBe(404, """{"valid":false,"error":"invalid_key"}""");
    }

    [Fact]
    public async Task An_expired_license_fails_where_its_product_requires_it()
    {
        var product = await api.Host.ProductAsync(draft => draft with { RequiresNonExpired = true });
        var license = await ActivatedAsync(draft => draft with { ProductId = product.Id, ValidityDays = 1 });
        api.Clock.Advance(TimeSpan.FromDays(1));

        var answer = await api.Host.GetDomainAsync("/verify", license.Key, "example.com");

        answer.ShouldBe(200, """{"valid":false,"error":"expired"}""");
    }

    [Fact]
    public async Task An_expired_license_is_valid_where_its_product_does_not_mind()
    {
        var license = await ActivatedAsync(draft => draft with { ValidityDays = 1 });
        api.Clock.Advance(TimeSpan.FromDays(1));

        var answer = await api.Host.GetDomainAsync("/verify", license.Key, "example.com");

        Assert.True(answer.Body.GetProperty("valid").GetBoolean());
    }

    [Fact]
    public async Task An_inactive_or_deleted_product_suspends_its_licenses_at_once()
    {
        var product = await api.Host.ProductAsync();
        var license = await ActivatedAsync(draft => draft with { ProductId = product.Id });
        await api.Host.PostAsync("/api/v1/update-product", ("product_id", $"{product.Id}"), ("status", "inactive"));
        var inactive = await api.Host.GetDomainAsync("/verify", license.Key, "example.com");
        await api.Host.PostAsync("/api/v1/delete-product", ("product_id", $"{product.Id}"));

        var deleted = await api.Host.GetDomainAsync("/verify", license.Key, "example.com");

        inactive.ShouldBe(200, """{"valid":false,"error":"suspended"}""");
        deleted.ShouldBe(200, """{"valid":false,"error":"suspended"}""");
    }

    private async Task<License> ActivatedAsync(Func<License, License>? change = null)
    {
        var license = await api.LicenseAsync(change);
        Assert.Equal(200, (await api.Host.PostDomainAsync("/activate", license.Key, "example.com")).Status);
        return license;
    }
}
