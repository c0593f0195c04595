using System.Diagnostics;
using System.Globalization;
using LicenseFunctions.Bench.InProcess;
using LicenseFunctions.Bench.Load;
using LicenseFunctions.Bench.Report;
using LicenseFunctions.Signing.LocalKeys;
using LicenseFunctions.Storage;

namespace LicenseFunctions.Bench.Scenarios;

/// <summary>
/// What latency and limits of the Azure services make of it: 1 to 64 instances in this process over one store in memory
/// with a table service's pace (p50 4 ms, p99 25 ms, 2,000 operations a second for each partition, 20,000 for the account)
/// and one signer with a vault's (p50 20 ms, p99 60 ms, 400 a second). Each instance has 16 callers in a closed loop; the
/// last cases come at a fixed rate instead, so that no queue is measured, beside the latency of one operation alone.
/// </summary>
internal static class AzurePace
{
    private const int Licenses = 5_000;
    private const int Callers = 16;

    /// <summary>So many licenses each instance has to itself in the warm cases: after the first seconds it knows them all.</summary>
    private const int Warm = 50;

    public static async Task RunAsync(Options options, string folder)
    {
        var table = new Table("case", "instances", "answers/s", "not 200", "p50 ms", "p99 ms", "ops/answer", "throttled", "signings/s", "throttled signings");
        var bars = new List<Bar>();
        table.PrintHeadings();
        foreach (var name in (string[])["domain-verify", "signed-verify", "activate+deactivate"])
        {
            foreach (var instances in (int[])[1, 4, 16, 64])
            {
                if (options.Wants(name))
                    bars.Add(await MeasureAsync(name, instances, options, Path.Combine(folder, "keys"), table));
            }
        }

        if (options.Wants("paced"))
        {
            foreach (var (name, instances, perSecond) in new[] { ("one-operation", 16, 500), ("domain-verify", 16, 500), ("domain-verify-warm", 16, 500), ("signed-verify", 16, 500), ("signed-verify-warm", 16, 500), ("signed-verify-warm", 16, 5_000) })
                bars.Add(await MeasureAsync(name, instances, options, Path.Combine(folder, "keys"), table, perSecond));
        }

        if (options.Keep)
        {
            await new Outcome("azure", "dotnet run -c Release --project bench -- azure", table.Headings, table.Rows)
                .WriteAsync(BarChart.Draw("Answers per second over services with Azure's latency and limits", bars, bars.Max(bar => bar.Value)));
        }
    }

    private static async Task<Bar> MeasureAsync(string name, int count, Options options, string keys, Table table, int perSecond = 0)
    {
        var memory = new MemoryStore();
        var local = new LocalKeySigner(keys, TimeProvider.System);
        var settings = Instance.Unlimited;
        await new Instance(memory, local, settings, TimeProvider.System).FillAsync(Licenses, Licenses);
        var store = new MeteredStore(memory, new Latency(4, 25, 1), 2_000, 20_000);
        var signer = new MeteredSigner(local, new Latency(20, 60, 2), 400);
        var instances = Enumerable.Range(0, count).Select(_ => new Instance(store, signer, settings, TimeProvider.System)).ToArray();
        await RunAsync(name, instances, store, TimeSpan.FromSeconds(perSecond == 0 ? 2 : 5), perSecond);
        var (operations, throttled, signings) = (store.Operations, store.Throttled, signer.Signings);
        var result = await RunAsync(name, instances, store, TimeSpan.FromSeconds(options.Seconds + 2), perSecond);
        var answers = (double)result.Latency.Count;
        var label = perSecond == 0 ? name : $"{name} at {Figures.Rate(perSecond)}/s";
        table.Add(
            label, Figures.Rate(count), Figures.Rate(result.PerSecond), Figures.Rate(answers - result.Of(200)),
            Figures.Ms(result.Latency.Percentile(0.5)), Figures.Ms(result.Latency.Percentile(0.99)),
            ((store.Operations - operations) / answers).ToString("F2", CultureInfo.InvariantCulture), Figures.Rate(store.Throttled - throttled),
            Figures.Rate((signer.Signings - signings) / result.Seconds), Figures.Rate(signer.Throttled));
        return new($"{label}, {count} instances", result.PerSecond, $"{Figures.Rate(result.PerSecond)}/s  p99 {Figures.Ms(result.Latency.Percentile(0.99))} ms");
    }

    private static async Task<LoadResult> RunAsync(string name, Instance[] instances, MeteredStore store, TimeSpan duration, int perSecond)
    {
        var start = Stopwatch.GetTimestamp();
        var callers = perSecond == 0 ? Callers : perSecond / instances.Length;
        var results = await Task.WhenAll(instances.SelectMany((instance, i) => Enumerable.Range(0, callers).Select(caller => Task.Run(
            () => CallAsync(name, instance, store, (i * callers) + caller, instances.Length * callers, start, duration, perSecond, n => (n * instances.Length) + i)))));
        var total = new LoadResult();
        foreach (var result in results)
            total.Add(result);
        total.Seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        return total;
    }

    /// <summary>With a rate each caller sends one request a second, at an instant of its own.</summary>
    private static async Task<LoadResult> CallAsync(
        string name, Instance instance, MeteredStore store, int caller, int callers, long start, TimeSpan duration, int perSecond, Func<int, int> own)
    {
        var result = new LoadResult();
        var random = new Random(caller);
        for (var i = 0; Stopwatch.GetElapsedTime(start) < duration; i++)
        {
            if (perSecond > 0)
                await Task.Delay(TimeSpan.FromSeconds(Math.Max(0, i + ((double)caller / callers) - Stopwatch.GetElapsedTime(start).TotalSeconds)));
            var since = Stopwatch.GetTimestamp();
            var status = name switch
            {
                "one-operation" => await store.FindAsync(TableNames.Licenses, $"{random.Next(Licenses)}", "one", default) is null ? 200 : 500,
                "domain-verify" => await instance.DomainVerifyAsync(random.Next(Licenses)),
                "signed-verify" => await instance.SignedVerifyAsync(random.Next(Licenses)),
                "domain-verify-warm" => await instance.DomainVerifyAsync(own(random.Next(Warm))),
                "signed-verify-warm" => await instance.SignedVerifyAsync(own(random.Next(Warm))),
                _ when i % 2 == 0 => await instance.ActivateAsync(Own(caller, callers, i), "second.example.com"),
                _ => await instance.DeactivateAsync(Own(caller, callers, i), "second.example.com"),
            };
            result.Count(status, Stopwatch.GetTimestamp() - since);
        }

        return result;
    }

    private static int Own(int caller, int callers, int i) => (caller + (i / 2 * callers)) % (Licenses / callers * callers);
}
