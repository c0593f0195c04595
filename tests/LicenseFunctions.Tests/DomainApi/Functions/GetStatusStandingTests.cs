using LicenseFunctions.Licensing;
using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.DomainApi.Functions;

public sealed class GetStatusStandingTests(SharedApi api) : IClassFixture<SharedApi>
{
    [Theory]
    [InlineData(LicenseStatus.Assigned, true, "active")]
    [InlineData(LicenseStatus.Assigned, false, "suspended")]
    [InlineData(LicenseStatus.Suspended, true, "suspended")]
    [InlineData(LicenseStatus.Blocked, true, "suspended")]
    [InlineData(LicenseStatus.Revoked, true, "revoked")]
    public async Task The_status_is_what_became_of_it(LicenseStatus status, bool productIsActive, string shown)
    {
        var product = await api.Host.ProductAsync(draft => draft with { IsActive = productIsActive });
        var license = await api.Host.LicenseAsync(product, draft => draft with { Status = status });

        var answer = await api.Host.GetDomainAsync("/status", license.Key);

        Assert.Equal(200, answer.Status);
        Assert.Equal(shown, answer.Body.GetProperty("license").GetProperty("status").GetString());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task It_is_expired_by_date_whatever_the_product_requires(bool requires)
    {
        var product = await api.Host.ProductAsync(draft => draft with { RequiresNonExpired = requires });
        var license = await api.Host.LicenseAsync(product, draft => draft with { ValidityDays = 1 });
        api.Clock.Advance(TimeSpan.FromDays(1) - TimeSpan.FromMilliseconds(1));
        var before = await api.Host.GetDomainAsync("/status", license.Key);
        api.Clock.Advance(TimeSpan.FromMilliseconds(1));

        var after = await api.Host.GetDomainAsync("/status", license.Key);

        Assert.Equal("active", before.Body.GetProperty("license").GetProperty("status").GetString());
        Assert.Equal("expired", after.Body.GetProperty("license").GetProperty("status").GetString());
    }

    [Theory]
    [InlineData(LicenseStatus.Available)]
    [InlineData(LicenseStatus.Reserved)]
    public async Task A_license_that_was_sold_to_nobody_is_an_invalid_key(LicenseStatus status)
    {
        var license = await api.LicenseAsync(draft => draft with { Status = status });

        var answer = await api.Host.GetDomainAsync("/status", license.Key);

        answer.ShouldBe(404, """{"success":false,"error":"invalid_key","message":"The provided license key does not exist."}""");
    }

    [Fact]
    public async Task An_unknown_license_is_an_invalid_key()
    {
        var answer = await api.Host.GetDomainAsync("/status", "unknown");

        answer.ShouldBe(404, """{"success":false,"error":"invalid_key","message":"The provided license key does not exist."}""");
    }

    [Fact]
    public async Task A_deleted_product_is_shown_by_its_number_alone()
    {
        var product = await api.Host.ProductAsync();
        var license = await api.Host.LicenseAsync(product);
        await api.Host.PostAsync("/api/v1/delete-product", ("product_id", $"{product.Id}"));

        var answer = await api.Host.GetDomainAsync("/status", license.Key);

        Assert.Contains($$""" "status":"suspended","product":{"id":{{product.Id}},"title":null,"slug":null},""".Trim(), answer.Text, StringComparison.Ordinal);
    }
}
