using LicenseFunctions.Chaos.Cluster;
using LicenseFunctions.Chaos.Workload;
using LicenseFunctions.Checks;
using LicenseFunctions.Licensing;
using Microsoft.Extensions.DependencyInjection;

namespace LicenseFunctions.Chaos;

/// <summary>Forty activations at once on a limit of three, through two processes: three are accepted.</summary>
public static class Race
{
    private const int Callers = 40;
    private const int Limit = 3;

    /// <summary>Runs it. False when it was not three.</summary>
    public static async Task<bool> RunAsync(ChaosOptions options, TextWriter output)
    {
        var ledger = new Ledger(options.Slack);
        await using var bed = await Bed.MakeAsync(options, ("RateLimits__LicensePerMinute", "0"), ("RateLimits__DomainActivatePerMinute", "0"));
        await using var services = await bed.OpenAsync();
        var product = await services.GetRequiredService<Products>().CreateAsync(new() { Id = 0, Uuid = "", Slug = "", Name = "Raced" }, default);
        var draft = new License { Key = "", Id = 0, ProductId = product.Id, Status = LicenseStatus.Assigned, AssignedAt = 1, ActivationLimit = Limit };
        await services.GetRequiredService<LicenseCreation>().CreateAsync(draft, ["RACED"], default);
        await using var servers = new Servers(bed, ledger);
        await servers.StartAsync(2);
        var apiKey = await Bed.NewApiKeyAsync(services);
        var callers = Enumerable.Range(0, Callers).Select(i => new Caller(servers, ledger, apiKey, new Random(options.Seed + i))).ToArray();

        var replies = await Task.WhenAll(callers.Select((caller, i) => i % 2 == 0
            ? caller.PostAsync("/api/v1/activate", new() { ["license_key"] = "RACED", ["identifier"] = $"m{i}.example" })
            : caller.PostDomainAsync("/activate", new() { ["license_key"] = "RACED", ["domain"] = $"m{i}.example" })));

        var accepted = replies.Count(reply => reply is { Code: "300" } or { Status: 200, Code: "" });
        var refused = replies.Count(reply => reply is { Code: "302" or "domain_limit_reached" });
        var license = await services.GetRequiredService<Licenses>().FindAsync("RACED", default);
        var found = (await services.GetRequiredService<StoreDoctor>().RunAsync(false, finding => ledger.Violate($"{finding}"), _ => { }, default)).Found;
        await output.WriteLineAsync(
            $"{Callers} activations at once on a limit of {Limit}, through two processes: {accepted} accepted, {refused} refused; the license counts {license!.ActiveCount}; the doctor found {found}.");
        return (accepted, refused, license.ActiveCount, found) == (Limit, Callers - Limit, Limit, 0);
    }
}
