using LicenseFunctions.Licensing;
using LicenseFunctions.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace LicenseFunctions.Tests.DomainApi;

public sealed class AccessRestrictionTests(SharedApi api) : IClassFixture<SharedApi>
{
    private const string Suspended = """{"success":false,"error":"suspended","message":"This license has been suspended."}""";
    private const string NotValid = """{"valid":false,"error":"suspended"}""";

    [Fact]
    public async Task A_blocked_domain_is_suspended_on_all_that_take_one()
    {
        await BlockAsync(new([], ["bad.example"]));
        var license = await api.LicenseAsync();
        var before = await api.Host.AllRowsAsync();

        var activate = await api.Host.PostDomainAsync("/activate", license.Key, "https://BAD.example/x");
        var verify = await api.Host.GetDomainAsync("/verify", license.Key, "bad.example");
        var deactivate = await api.Host.PostDomainAsync("/deactivate", license.Key, "bad.example");

        activate.ShouldBe(422, Suspended);
        verify.ShouldBe(200, NotValid);
        deactivate.ShouldBe(422, Suspended);
        Assert.Equal(before.Where(IsNoUsage), (await api.Host.AllRowsAsync()).Where(IsNoUsage));
    }

    [Fact]
    public async Task A_blocked_address_is_suspended_everywhere_also_for_keys_that_do_not_exist()
    {
        await BlockAsync(new(["192.0.2.0/24"], []));
        var license = await api.LicenseAsync();

        foreach (var key in new[] { license.Key, "unknown" })
        {
            (await api.Host.PostDomainAsync("/activate", key, "a.example")).ShouldBe(422, Suspended);
            (await api.Host.GetDomainAsync("/verify", key, "a.example")).ShouldBe(200, NotValid);
            (await api.Host.PostDomainAsync("/deactivate", key, "a.example")).ShouldBe(422, Suspended);
            (await api.Host.GetDomainAsync("/status", key)).ShouldBe(422, Suspended);
        }
    }

    [Fact]
    public async Task The_figures_of_the_limit_are_shown_to_the_blocked_too()
    {
        await BlockAsync(new(["192.0.2.1"], []));
        var license = await api.LicenseAsync();

        var answer = await api.Host.GetDomainAsync("/verify", license.Key, "a.example");

        Assert.Equal("120", answer.Header("X-RateLimit-Limit"));
        Assert.InRange(int.Parse(answer.Header("X-RateLimit-Remaining"), null), 0, 119);
    }

    [Fact]
    public async Task Without_the_rule_it_is_served_again()
    {
        var license = await api.LicenseAsync();
        await BlockAsync(new([], ["bad.example"]));
        await api.Host.PostDomainAsync("/activate", license.Key, "bad.example");
        await BlockAsync(BlockRules.None);

        var answer = await api.Host.PostDomainAsync("/activate", license.Key, "bad.example");

        Assert.Equal(200, answer.Status);
    }

    private static bool IsNoUsage(string row) => !row.Contains(" license.usage ", StringComparison.Ordinal);

    private Task<BlockRules> BlockAsync(BlockRules rules) =>
        api.Host.Services.GetRequiredService<AccessRules>().ChangeAsync(_ => rules, CancellationToken.None);
}
