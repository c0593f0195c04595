using System.Diagnostics;
using System.Globalization;
using LicenseFunctions.Chaos.Cluster;
using LicenseFunctions.Chaos.Workload;

namespace LicenseFunctions.Chaos;

/// <summary>Several processes on one store, many clients, and somebody who kills: afterwards everything answered is there, once.</summary>
public static class Rig
{
    /// <summary>Runs it. False when something was not as it must be.</summary>
    public static async Task<bool> RunAsync(ChaosOptions options, TextWriter output)
    {
        await output.WriteLineAsync($"seed {options.Seed}: {options.Command}");
        var ledger = new Ledger(options.Slack);
        var since = Stopwatch.GetTimestamp();
        await using var bed = await Bed.MakeAsync(
            options,
            ("RateLimits__SignedPerMinute", Number(Bed.ApiKeyLimit)), ("RateLimits__DomainVerifyPerMinute", Number(Bed.DomainVerifyLimit)),
            ("RateLimits__LicensePerMinute", "0"), ("RateLimits__DomainActivatePerMinute", "0"), ("RateLimits__DomainDeactivatePerMinute", "0"));
        await using var listener = await Listener.StartAsync();
        await using var watching = await bed.OpenAsync();
        var crowd = await Crowd.MakeAsync(options, bed, watching, listener, ledger);
        await using (var servers = new Servers(bed, ledger))
        {
            await servers.StartAsync(options.Processes);
            await crowd.RunAsync(servers, line => output.WriteLineAsync($"{Stopwatch.GetElapsedTime(since).TotalSeconds,6:F0} s  {line}"));
        }

        await Aftermath.ExamineAsync(bed, crowd, listener, ledger, output);
        await SayAsync(options, ledger, since, output);
        return ledger.Violations.Count == 0;
    }

    private static async Task SayAsync(ChaosOptions options, Ledger ledger, long since, TextWriter output)
    {
        var (median, p99, longest, of) = ledger.Waits();
        await output.WriteLineAsync();
        foreach (var line in ledger.Lines())
            await output.WriteLineAsync("  " + line);
        await output.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture, $"  waits: half under {median:F0} ms, 99 of 100 under {p99:F0} ms, the longest {longest:F0} ms ({of})"));
        await output.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture, $"  took {Stopwatch.GetElapsedTime(since).TotalSeconds:F0} s; seed {options.Seed}"));
        foreach (var violation in ledger.Violations)
            await output.WriteLineAsync("VIOLATION " + violation);
        await output.WriteLineAsync(ledger.Violations.Count == 0
            ? "Nothing was lost, nothing was exceeded."
            : $"{ledger.Violations.Count} violations. Again: {options.Command}");
    }

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
