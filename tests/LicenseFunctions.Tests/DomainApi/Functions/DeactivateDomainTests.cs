using LicenseFunctions.Licensing;
using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.DomainApi.Functions;

public sealed class DeactivateDomainTests(SharedApi api) : IClassFixture<SharedApi>
{
    private const string NotFound = """{"success":false,"error":"domain_not_found","message":"The specified domain is not activated on this license."}""";

    [Fact]
    public async Task An_active_domain_is_freed()
    {
        var license = await api.LicenseAsync(draft => draft with { ActivationLimit = 1 });
        await api.Host.PostDomainAsync("/activate", license.Key, "example.com");

        var answer = await api.Host.PostDomainAsync("/deactivate", license.Key, "https://EXAMPLE.com./");

        answer.ShouldBe(200, $$"""{"success":true,"message":"Domain deactivated successfully.","domain":"example.com","license_key":"{{license.Key}}"}""");
        Assert.Equal(200, (await api.Host.PostDomainAsync("/activate", license.Key, "other.example")).Status);
    }

    [Fact]
    public async Task A_domain_that_never_was_active_or_is_no_longer_is_not_found()
    {
        var license = await api.LicenseAsync();
        var never = await api.Host.PostDomainAsync("/deactivate", license.Key, "example.com");
        await api.Host.PostDomainAsync("/activate", license.Key, "example.com");
        await api.Host.PostDomainAsync("/deactivate", license.Key, "example.com");

        var noLonger = await api.Host.PostDomainAsync("/deactivate", license.Key, "example.com");

        never.ShouldBe(422, NotFound);
        noLonger.ShouldBe(422, NotFound);
    }

    [Theory]
    [InlineData(LicenseStatus.Available)]
    [InlineData(LicenseStatus.Reserved)]
    public async Task A_license_that_was_sold_to_nobody_is_an_invalid_key(LicenseStatus status)
    {
        var license = await api.LicenseAsync(draft => draft with { Status = status });

        var answer = await api.Host.PostDomainAsync("/deactivate", license.Key, "example.com");

        answer.ShouldBe(404, """{"success":false,"error":"invalid_key","message":"The provided license key does not exist."}""");
    }

    [Fact]
    public async Task An_expired_license_can_still_be_deactivated()
    {
        var product = await api.Host.ProductAsync(draft => draft with { RequiresNonExpired = true });
        var license = await api.Host.LicenseAsync(product, draft => draft with { ValidityDays = 1 });
        await api.Host.PostDomainAsync("/activate", license.Key, "example.com");
        api.Clock.Advance(TimeSpan.FromDays(1));

        var answer = await api.Host.PostDomainAsync("/deactivate", license.Key, "example.com");

        Assert.Equal(200, answer.Status);
    }

    [Fact]
    public async Task What_one_API_activated_the_other_frees()
    {
        var license = await api.LicenseAsync();
        await api.CallAsync("activate", license, ("identifier", "a.example"));
        await api.Host.PostDomainAsync("/activate", license.Key, "b.example");

        var domain = await api.Host.PostDomainAsync("/deactivate", license.Key, "a.example");
        var signed = await api.CallAsync("deactivate", license, ("identifier", "b.example"));

        Assert.Equal(200, domain.Status);
        signed.ShouldBe(400, "License key deactivated");
    }
}
