using System.Text.Json;
using LicenseFunctions.Licensing;
using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.DomainApi.Functions;

public sealed class GetStatusTests(SharedApi api) : IClassFixture<SharedApi>
{
    private string Now => $"{api.Clock.GetUtcNow():yyyy-MM-ddTHH:mm:ssZ}";

    [Fact]
    public async Task A_license_without_domains_shows_none()
    {
        var license = await api.LicenseAsync();

        var answer = await api.Host.GetDomainAsync("/status", license.Key);

        answer.ShouldBe(200,
            $$$"""{"success":true,"license":{"key":"{{{license.Key}}}","status":"active","product":{"id":{{{api.Own.Id}}},"title":"Signed widget","slug":"signed-widget"},"""
            + $"\"domain\":null,\"verification_count\":0,\"last_verified_at\":null,\"expires_at\":null,\"created_at\":\"{Now}\"}}}}");
    }

    [Fact]
    public async Task The_latest_domain_is_shown_with_its_verifications_and_the_licenses()
    {
        var license = await api.LicenseAsync(draft => draft with { ValidityDays = 1 });
        var (created, tomorrow) = (Now, $"{api.Clock.GetUtcNow().AddDays(1):yyyy-MM-ddTHH:mm:ssZ}");
        await ActivateAsync(license, "a.example");
        await VerifyAsync(license, "a.example");
        var activated = await ActivateAsync(license, "b.example");
        await VerifyAsync(license, "b.example");
        var verifiedB = await VerifyAsync(license, "b.example");
        var verifiedA = await VerifyAsync(license, "a.example");

        var answer = await api.Host.GetDomainAsync("/status", license.Key);

        answer.ShouldBe(200,
            $$$"""{"success":true,"license":{"key":"{{{license.Key}}}","status":"active","product":{"id":{{{api.Own.Id}}},"title":"Signed widget","slug":"signed-widget"},"""
            + $"\"domain\":{{\"domain\":\"b.example\",\"activated_at\":\"{activated}\",\"verification_count\":2,\"last_verified_at\":\"{verifiedB}\"}},"
            + $"\"verification_count\":4,\"last_verified_at\":\"{verifiedA}\",\"expires_at\":\"{tomorrow}\",\"created_at\":\"{created}\"}}}}");
    }

    [Fact]
    public async Task Verifications_through_both_APIs_count_and_failed_ones_do_not()
    {
        var license = await api.LicenseAsync();
        await ActivateAsync(license, "a.example");
        await VerifyAsync(license, "a.example");
        await api.CallAsync("verify", license, ("identifier", "a.example"));
        await api.CallAsync("verify", license, ("identifier", "other.example"));
        await api.Host.GetDomainAsync("/verify", license.Key, "other.example");
        await api.CallAsync("get-license-key-details", license, ("identifier", "a.example"));

        var shown = await StatusAsync(license);

        Assert.Equal(2, shown.GetProperty("domain").GetProperty("verification_count").GetInt32());
        Assert.Equal(2, shown.GetProperty("verification_count").GetInt32());
    }

    [Fact]
    public async Task Verifications_at_once_are_all_counted()
    {
        var license = await api.LicenseAsync();
        await ActivateAsync(license, "a.example");
        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => api.Host.GetDomainAsync("/verify", license.Key, "a.example")));

        var shown = await StatusAsync(license);

        Assert.Equal(50, shown.GetProperty("domain").GetProperty("verification_count").GetInt32());
        Assert.Equal(50, shown.GetProperty("verification_count").GetInt32());
    }

    [Fact]
    public async Task After_the_latest_is_freed_the_one_before_it_is_shown_with_its_own_figures()
    {
        var license = await api.LicenseAsync();
        foreach (var domain in new[] { "a.example", "b.example", "c.example" })
            await ActivateAsync(license, domain);
        await VerifyAsync(license, "a.example");
        await VerifyAsync(license, "b.example");
        await VerifyAsync(license, "b.example");
        await api.Host.PostDomainAsync("/deactivate", license.Key, "c.example");
        var second = await StatusAsync(license);
        await api.Host.PostDomainAsync("/deactivate", license.Key, "b.example");
        var first = await StatusAsync(license);
        await api.Host.PostDomainAsync("/deactivate", license.Key, "a.example");

        var none = await StatusAsync(license);

        Assert.Equal(("b.example", 2), DomainOf(second));
        Assert.Equal(("a.example", 1), DomainOf(first));
        Assert.Equal(JsonValueKind.Null, none.GetProperty("domain").ValueKind);
        Assert.Equal(3, none.GetProperty("verification_count").GetInt32());
    }

    [Fact]
    public async Task Freeing_another_than_the_latest_leaves_it_and_a_new_start_counts_from_0()
    {
        var license = await api.LicenseAsync();
        await ActivateAsync(license, "a.example");
        await VerifyAsync(license, "a.example");
        await ActivateAsync(license, "b.example");
        await api.Host.PostDomainAsync("/deactivate", license.Key, "a.example");
        var other = await StatusAsync(license);
        await ActivateAsync(license, "a.example");

        var again = await StatusAsync(license);

        Assert.Equal(("b.example", 0), DomainOf(other));
        Assert.Equal(("a.example", 0), DomainOf(again));
    }

    [Fact]
    public async Task Activating_an_active_domain_again_does_not_make_it_the_latest()
    {
        var license = await api.LicenseAsync();
        await ActivateAsync(license, "a.example");
        await ActivateAsync(license, "b.example");
        await ActivateAsync(license, "a.example");

        var shown = await StatusAsync(license);

        Assert.Equal("b.example", DomainOf(shown).Domain);
    }

    private static (string? Domain, int Count) DomainOf(JsonElement license) =>
        (license.GetProperty("domain").GetProperty("domain").GetString(), license.GetProperty("domain").GetProperty("verification_count").GetInt32());

    private async Task<JsonElement> StatusAsync(License license) => (await api.Host.GetDomainAsync("/status", license.Key)).Body.GetProperty("license");

    /// <summary>A minute later; answers the time.</summary>
    private async Task<string> ActivateAsync(License license, string domain)
    {
        api.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(200, (await api.Host.PostDomainAsync("/activate", license.Key, domain)).Status);
        return Now;
    }

    private async Task<string> VerifyAsync(License license, string domain)
    {
        api.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.True((await api.Host.GetDomainAsync("/verify", license.Key, domain)).Body.GetProperty("valid").GetBoolean());
        return Now;
    }
}
