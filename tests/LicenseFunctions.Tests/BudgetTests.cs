using LicenseFunctions.Licensing;
using LicenseFunctions.Storage;
using LicenseFunctions.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Xunit.Abstractions;

namespace LicenseFunctions.Tests;

/// <summary>
/// What a request may cost, counted at the two ports and not timed. A cold signed request has more operations than a warm
/// one, though no more trips than allowed: it reads the API key's window, the product and the license's head as well.
/// </summary>
public sealed class BudgetTests(ITestOutputHelper output)
{
    private const string Domain = "d.example";

    [Fact]
    public async Task A_domain_verification()
    {
        await using var metered = await Metered.StartAsync();
        await metered.Host.PostDomainAsync("/activate", metered.License.Key, Domain);

        await ShouldCostAsync(metered, (1, 2), (2, 5), 0, async (host, _) =>
            Assert.Null((await host.GetDomainAsync("/verify", metered.License.Key, Domain)).Error));
    }

    [Fact]
    public async Task A_domain_verification_beside_many_licenses_is_warm_from_the_second_request_of_a_license()
    {
        await using var metered = await Metered.StartAsync();
        var lanes = metered.Host.Services.GetRequiredService<PartitionLanes>();
        for (var i = 0; i < 1024; i++)
            _ = lanes[TableNames.Licenses, $"other-{i}"];
        Func<Task> verify = async () => Assert.Null((await metered.Host.GetDomainAsync("/verify", metered.License.Key, Domain)).Error);
        await metered.Host.PostDomainAsync("/activate", metered.License.Key, Domain);

        var second = await metered.MeasureAsync(verify);
        var third = await metered.MeasureAsync(verify);

        output.WriteLine($"second: {second}\nthird: {third}");
        Assert.InRange(second.Operations, 3, 5);
        Assert.Equal(2, third.Operations);
    }

    /// <summary>One operation more, and only where what it saves is more than what it costs.</summary>
    [Fact]
    public async Task A_domain_verification_over_a_service_asks_two_copies_of_the_rules()
    {
        await using var metered = await Metered.StartAsync(("Storage:Provider", "AzureTables"), ("Storage:ConnectionString", "UseDevelopmentStorage=true"));
        await metered.Host.PostDomainAsync("/activate", metered.License.Key, Domain);
        Func<ApiHost, int, Task> verify = async (host, _) => Assert.Null((await host.GetDomainAsync("/verify", metered.License.Key, Domain)).Error);

        await ShouldCostAsync(metered, (1, 2), (3, 5), 0, verify);
        Assert.Equal(3, (await metered.WarmAsync(verify, before: 0)).Operations);
        for (var i = 0; i < 50; i++)
            await verify(metered.Host, i);

        // Many in a moment have their reads once.
        Assert.Equal(2, (await metered.WarmAsync(verify, before: 0)).Operations);
    }

    [Fact]
    public async Task A_signed_verification()
    {
        await using var metered = await Metered.StartAsync();
        await metered.Host.PostDomainAsync("/activate", metered.License.Key, Domain);

        await ShouldCostAsync(metered, (1, 2), (3, 8), 1, (host, _) => SignedAsync(metered, host, "verify", Domain, "200"));
    }

    /// <summary>The window of calls with a nonce is written at the same time as the API key's own.</summary>
    [Fact]
    public async Task A_signed_verification_with_a_nonce()
    {
        await using var metered = await Metered.StartAsync();
        await metered.Host.PostDomainAsync("/activate", metered.License.Key, Domain);

        await ShouldCostAsync(metered, (1, 2), (6, 10), 1, async (host, i) => Assert.Equal("200", (await host.PostAsync(
            "/api/v1/verify", ("license_key", metered.License.Key), ("identifier", Domain), ("nonce", $"{i}"))).Code));
    }

    [Fact]
    public async Task A_signed_verification_whose_lease_and_product_are_due_again()
    {
        await using var metered = await Metered.StartAsync();
        await metered.Host.PostDomainAsync("/activate", metered.License.Key, Domain);
        await SignedAsync(metered, metered.Host, "verify", Domain, "200");
        metered.Time.Advance(TimeSpan.FromSeconds(6));

        var cost = await metered.MeasureAsync(() => SignedAsync(metered, metered.Host, "verify", Domain, "200"));

        output.WriteLine($"{cost}");
        Assert.InRange(cost.Operations, 1, 6);
    }

    [Fact]
    public async Task A_domain_activation()
    {
        await using var metered = await Metered.StartAsync();

        await ShouldCostAsync(metered, (2, 3), (7, 7), 0, async (host, i) =>
            Assert.Null((await host.PostDomainAsync("/activate", metered.License.Key, $"d{i}.example")).Error));
    }

    [Fact]
    public async Task A_signed_activation()
    {
        await using var metered = await Metered.StartAsync();

        await ShouldCostAsync(metered, (2, 3), (7, 8), 1, (host, i) => SignedAsync(metered, host, "activate", $"d{i}", "300"));
    }

    [Fact]
    public async Task An_activation_over_the_limit()
    {
        await using var metered = await Metered.StartAsync();
        var full = await metered.Host.LicenseAsync(license => license with { ActivationLimit = 1 });
        await metered.Host.PostDomainAsync("/activate", full.Key, Domain);

        await ShouldCostAsync(metered, (2, 3), (7, 7), 0, async (host, i) =>
            Assert.Equal("domain_limit_reached", (await host.PostDomainAsync("/activate", full.Key, $"d{i}.example")).Error));
    }

    [Fact]
    public async Task A_domain_deactivation()
    {
        await using var metered = await Metered.StartAsync(("RateLimits:DomainActivatePerMinute", "0"));
        foreach (var i in Enumerable.Range(0, 3).Concat([100, 101, 102, 1000, 1001]))
            await metered.Host.PostDomainAsync("/activate", metered.License.Key, $"d{i}.example");

        await ShouldCostAsync(metered, (2, 3), (7, 7), 0, async (host, i) =>
            Assert.Null((await host.PostDomainAsync("/deactivate", metered.License.Key, $"d{i}.example")).Error));
    }

    [Fact]
    public async Task A_signed_deactivation()
    {
        await using var metered = await Metered.StartAsync(("RateLimits:DomainActivatePerMinute", "0"));
        foreach (var i in Enumerable.Range(0, 3).Concat([100, 101, 102, 1000, 1001]))
            await metered.Host.PostDomainAsync("/activate", metered.License.Key, $"d{i}.example");

        await ShouldCostAsync(metered, (2, 3), (7, 8), 1, (host, i) => SignedAsync(metered, host, "deactivate", $"d{i}.example", "\"400\""));
    }

    [Fact]
    public async Task A_status()
    {
        await using var metered = await Metered.StartAsync();
        await metered.Host.PostDomainAsync("/activate", metered.License.Key, Domain);

        await ShouldCostAsync(metered, (1, 2), (3, 4), 0, async (host, _) =>
            Assert.Equal(200, (await host.GetDomainAsync("/status", metered.License.Key)).Status));
    }

    [Fact]
    public async Task A_refusal_by_the_limit_once_known()
    {
        await using var metered = await Metered.StartAsync(("RateLimits:DomainVerifyPerMinute", "2"), ("RateLimits:LicensePerMinute", "2"));

        var domain = await metered.WarmAsync(async (host, i) =>
            Assert.Equal(i == 1000 || i == 1001 ? 200 : 429, (await host.GetDomainAsync("/verify", metered.License.Key, Domain)).Status));
        var signed = await metered.WarmAsync(async (host, i) =>
            Assert.Equal(i == 1000 || i == 1001 ? 200 : 429, (await host.PostAsync("/api/v1/verify", ("license_key", metered.License.Key), ("identifier", Domain))).Status));

        output.WriteLine($"domain {domain}\nsigned {signed}");
        Assert.Equal((0, 0, 0), (domain.Trips, domain.Operations, domain.Signings));
        Assert.Equal((1, 1), (signed.Trips, signed.Operations));
    }

    [Fact]
    public async Task Equal_answers_of_one_second_share_a_signature()
    {
        await using var metered = await Metered.StartAsync();
        var licenses = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => metered.Host.LicenseAsync()));

        var cost = await metered.MeasureAsync(() => Task.WhenAll(licenses.Select(license =>
            metered.Host.PostAsync("/api/v1/activate", ("license_key", license.Key), ("identifier", Domain)))));

        Assert.Equal(1, cost.Signings);
    }

    [Fact]
    public async Task A_thousand_licenses_and_five_hundred_activations_cost_nothing()
    {
        await using var metered = await Metered.StartAsync(("RateLimits:DomainActivatePerMinute", "0"));
        var creation = metered.Host.Services.GetRequiredService<LicenseCreation>();
        await creation.CreateAsync(metered.License, [.. Enumerable.Range(0, 1000).Select(i => $"other-{i}")], default);
        var few = await CostsAsync("d.example");

        await Task.WhenAll(Enumerable.Range(0, 500).Select(i => metered.Host.PostDomainAsync("/activate", metered.License.Key, $"n{i}.example")));

        Assert.Equal(few, await CostsAsync("n7.example"));

        async Task<(int, int, int, int, int)> CostsAsync(string domain)
        {
            await metered.Host.PostDomainAsync("/activate", metered.License.Key, domain);
            var verify = await metered.WarmAsync((host, _) => host.GetDomainAsync("/verify", metered.License.Key, domain));
            var activate = await metered.WarmAsync((host, i) => host.PostDomainAsync("/activate", metered.License.Key, $"{i}.{domain}"));
            var status = await metered.WarmAsync((host, _) => host.GetDomainAsync("/status", metered.License.Key));
            return (verify.Trips, verify.Operations, activate.Trips, activate.Operations, status.Operations);
        }
    }

    [Fact]
    public async Task An_activation_that_nobody_wants_to_be_told_of_writes_no_event_and_asks_no_more_of_the_store()
    {
        await using var metered = await Metered.StartAsync();
        var cost = await metered.WarmAsync(async (host, i) =>
            await host.PostAsync("/api/v1/activate", ("license_key", metered.License.Key), ("identifier", $"d{i}")));

        Assert.DoesNotContain(cost.Calls, call => call.Table is TableNames.Webhooks or TableNames.Listing);
        Assert.DoesNotContain(cost.Calls.SelectMany(call => call.Changes), change => change.Key.StartsWith("event.", StringComparison.Ordinal));
    }

    private static async Task SignedAsync(Metered metered, ApiHost host, string endpoint, string identifier, string code) => Assert.Equal(
        code, (await host.PostAsync($"/api/v1/{endpoint}", ("license_key", metered.License.Key), ("identifier", identifier))).Code);

    private async Task ShouldCostAsync(
        Metered metered, (int Warm, int Cold) trips, (int Warm, int Cold) operations, int signings, Func<ApiHost, int, Task> request)
    {
        var warm = await metered.WarmAsync(request);
        var cold = await metered.ColdAsync(request);

        output.WriteLine($"warm: {warm}\ncold: {cold}");
        Assert.True(warm.Trips <= trips.Warm && warm.Operations <= operations.Warm && warm.Signings <= signings, $"warm: {warm}");
        Assert.True(cold.Trips <= trips.Cold && cold.Operations <= operations.Cold && cold.Signings <= signings, $"cold: {cold}");
    }
}
