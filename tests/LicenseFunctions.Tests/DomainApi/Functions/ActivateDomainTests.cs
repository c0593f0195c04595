using LicenseFunctions.Licensing;
using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.DomainApi.Functions;

public sealed class ActivateDomainTests(SharedApi api) : IClassFixture<SharedApi>
{
    [Fact]
    public async Task A_domain_is_activated_and_the_same_again_when_it_is_active()
    {
        var license = await api.LicenseAsync(draft => draft with { ActivationLimit = 1 });

        var first = await api.Host.PostDomainAsync("/activate", license.Key, "example.com");
        var again = await api.Host.PostDomainAsync("/activate", license.Key, "example.com");

        var body = $$"""{"success":true,"message":"License activated successfully on domain.","domain":"example.com","license_key":"{{license.Key}}"}""";
        first.ShouldBe(200, body);
        again.ShouldBe(200, body);
        Assert.Equal("application/json", first.Http.Content.Headers.ContentType?.ToString());
    }

    [Fact]
    public async Task One_domain_more_than_the_limit_is_refused()
    {
        var license = await api.LicenseAsync(draft => draft with { ActivationLimit = 1 });
        await api.Host.PostDomainAsync("/activate", license.Key, "a.example");

        var answer = await api.Host.PostDomainAsync("/activate", license.Key, "b.example");

        answer.ShouldBe(422, """{"success":false,"error":"domain_limit_reached","message":"This license has reached its maximum number of activated domains."}""");
    }

    [Theory]
    [InlineData(LicenseStatus.Suspended, 422, "suspended", "This license has been suspended.")]
    [InlineData(LicenseStatus.Blocked, 422, "suspended", "This license has been suspended.")]
    [InlineData(LicenseStatus.Revoked, 422, "revoked", "This license has been revoked and cannot be activated.")]
    [InlineData(LicenseStatus.Available, 404, "invalid_key", "The provided license key does not exist.")]
    [InlineData(LicenseStatus.Reserved, 404, "invalid_key", "The provided license key does not exist.")]
    public async Task A_license_in_bad_standing_is_refused_and_nothing_changes(LicenseStatus status, int http, string error, string message)
    {
        var license = await api.LicenseAsync(draft => draft with { Status = status });
        var before = await api.Host.BusinessRowsAsync();

        var answer = await api.Host.PostDomainAsync("/activate", license.Key, "example.com");

        answer.ShouldBe(http, $$"""{"success":false,"error":"{{error}}","message":"{{message}}"}""");
        Assert.Equal(before, await api.Host.BusinessRowsAsync());
    }

    [Fact]
    public async Task An_unknown_license_is_an_invalid_key()
    {
        var answer = await api.Host.PostDomainAsync("/activate", "unknown", "example.com");

        answer.ShouldBe(404, """{"success":false,"error":"invalid_key","message":"The provided license key does not exist."}""");
    }

    [Fact]
    public async Task An_expired_license_is_refused_where_its_product_requires_it()
    {
        var product = await api.Host.ProductAsync(draft => draft with { RequiresNonExpired = true });
        var license = await api.Host.LicenseAsync(product, draft => draft with { ValidityDays = 1, AssignedAt = 0 });

        var answer = await api.Host.PostDomainAsync("/activate", license.Key, "example.com");

        answer.ShouldBe(422, """{"success":false,"error":"expired","message":"This license has expired and cannot be activated."}""");
    }

    [Fact]
    public async Task An_expired_license_is_activated_where_its_product_does_not_mind()
    {
        var license = await api.LicenseAsync(draft => draft with { ValidityDays = 1, AssignedAt = 0 });

        var answer = await api.Host.PostDomainAsync("/activate", license.Key, "example.com");

        Assert.Equal(200, answer.Status);
    }

    [Fact]
    public async Task An_inactive_product_suspends_its_licenses()
    {
        var license = await api.Host.LicenseAsync(await api.Host.ProductAsync(draft => draft with { IsActive = false }));

        var answer = await api.Host.PostDomainAsync("/activate", license.Key, "example.com");

        answer.ShouldBe(422, """{"success":false,"error":"suspended","message":"This license has been suspended."}""");
    }

    [Fact]
    public async Task The_answer_holds_the_domain_as_it_is_stored_and_the_key_as_it_is()
    {
        var license = await api.LicenseAsync(draft => draft with { Key = "KEY /#?\\\"ü" });

        var answer = await api.Host.PostDomainAsync("/activate", license.Key, "https://user:pass@BÜCHER.example:8080/path?x#y");

        Assert.Equal("xn--bcher-kva.example", answer.Body.GetProperty("domain").GetString());
        Assert.Equal(license.Key, answer.Body.GetProperty("license_key").GetString());
    }

    [Fact]
    public async Task A_get_is_not_found()
    {
        var answer = await api.Host.GetDomainAsync("/activate", "x", "example.com");

        Assert.Equal(404, answer.Status);
    }
}
