using System.Globalization;
using LicenseFunctions.Bench.Load;
using LicenseFunctions.Bench.Report;
using LicenseFunctions.Bench.Servers;

namespace LicenseFunctions.Bench.Scenarios;

/// <summary>
/// Requests a second and their latency, each case in turns with bare Kestrel that answers the same requests with as many
/// bytes: the machine may be busy otherwise, so only the ratio of neighbours means something.
/// </summary>
internal static class Throughput
{
    private const int Licenses = 1000;

    /// <summary>One case.</summary>
    /// <param name="Name">As printed.</param>
    /// <param name="IsLimited">Whether the license windows are on, and full.</param>
    /// <param name="Status">What is answered.</param>
    /// <param name="Sample">A request whose answer has the usual size.</param>
    /// <param name="Plan">The requests of one connection of so many.</param>
    private sealed record Case(string Name, bool IsLimited, int Status, byte[] Sample, Func<int, int, byte[][]> Plan);

    private static readonly Case[] Cases =
    [
        new("domain-verify", false, 200, Bed.DomainVerify(0), Spread(Bed.DomainVerify)),
        new("domain-verify-hot", false, 200, Bed.DomainVerify(0), (_, _) => [Bed.DomainVerify(0)]),
        new("signed-verify", false, 200, Bed.SignedVerify(0), Spread(Bed.SignedVerify)),
        new("signed-verify-hot", false, 200, Bed.SignedVerify(0), (_, _) => [Bed.SignedVerify(0)]),
        new("activate+deactivate", false, 200, Bed.Activate(0), Changes),
        new("mixed-90/8/2", false, 200, Bed.DomainVerify(0), Mixed),
        new("refused-domain", true, 429, Bed.DomainVerify(0), Spread(Bed.DomainVerify)),
        new("refused-signed", true, 429, Bed.SignedVerify(0), Spread(Bed.SignedVerify)),
    ];

    public static async Task RunAsync(Options options, string folder)
    {
        var table = new Table("case", "conns", "answers/s", "bare/s", "ratio", "p50 ms", "p99 ms", "bare p99", "RSS MB", "µs cpu", "bare µs");
        var bars = new List<Bar>();
        table.PrintHeadings();
        foreach (var group in Cases.Where(each => options.Wants(each.Name)).GroupBy(each => each.IsLimited))
        {
            using var bed = await Bed.StartAsync(Path.Combine(folder, $"limited-{group.Key}"), Licenses, group.Key ? Bed.WithLimits(1) : Bed.Unlimited);
            await bed.FillAsync();
            foreach (var each in group)
                await MeasureAsync(each, bed, options, folder, table, bars);
        }

        if (options.Keep)
        {
            await new Outcome("throughput", "dotnet run -c Release --project bench -- throughput", table.Headings, table.Rows)
                .WriteAsync(BarChart.Draw("Answers per second beside bare Kestrel (1.0), same run, same size of answer", bars, 1));
        }
    }

    private static async Task MeasureAsync(Case subject, Bed bed, Options options, string folder, Table table, List<Bar> bars)
    {
        if (subject.IsLimited)
            _ = await HttpLoad.OnceAsync(bed.Server.Port, [subject.Plan(0, 1)]);
        var size = (await bed.AskAsync(subject.Sample)).Length;
        // It watches its folder for settings, and would see each write to a store that lies below it.
        var elsewhere = Directory.CreateDirectory(Path.Combine(folder, "bare")).FullName;
        using var bare = await ServerProcess.Start(
            Programs.Baseline, [size.ToString(CultureInfo.InvariantCulture)], new Dictionary<string, string>(), elsewhere).ListeningAsync();
        await WarmAsync(bed.Server.Port, bare.Port, subject);
        foreach (var connections in options.Connections)
        {
            var plans = Enumerable.Range(0, connections).Select(i => subject.Plan(i, connections)).ToArray();
            var (ours, theirs, ratios, processor) = (new LoadResult(), new LoadResult(), new List<double>(), TimeSpan.Zero);
            var bareProcessor = bare.Processor;
            for (var round = 0; round < options.Rounds; round++)
            {
                var other = await RunAsync(bare.Port, plans, options, theirs);
                var before = bed.Server.Processor;
                var own = await RunAsync(bed.Server.Port, plans, options, ours);
                processor += bed.Server.Processor - before;
                own.MostlyOf(subject.Status);
                ratios.Add(own.PerSecond / other.PerSecond);
            }

            var ratio = Figures.Median(ratios);
            table.Add(
                subject.Name, Figures.Rate(connections), Figures.Rate(ours.PerSecond), Figures.Rate(theirs.PerSecond), Figures.Ratio(ratio),
                Figures.Ms(ours.Latency.Percentile(0.5)), Figures.Ms(ours.Latency.Percentile(0.99)), Figures.Ms(theirs.Latency.Percentile(0.99)),
                Figures.Rate(bed.Server.ResidentMb), Figures.Micro(processor, ours.Latency.Count),
                Figures.Micro(bare.Processor - bareProcessor, theirs.Latency.Count));
            bars.Add(new($"{subject.Name}, {connections} connections", ratio, $"{Figures.Ratio(ratio)}  ({Figures.Rate(ours.PerSecond)}/s)"));
        }
    }

    private static async Task<LoadResult> RunAsync(int port, byte[][][] plans, Options options, LoadResult total)
    {
        var result = await HttpLoad.RunAsync(port, plans, TimeSpan.FromSeconds(options.Seconds));
        total.Add(result);
        total.Seconds += result.Seconds;
        return result;
    }

    /// <summary>Until the compiler has made its final code of what runs hot.</summary>
    private static async Task WarmAsync(int port, int bare, Case subject)
    {
        var plans = Enumerable.Range(0, 16).Select(i => subject.Plan(i, 16)).ToArray();
        for (var i = 0; i < 2; i++)
        {
            await HttpLoad.RunAsync(bare, plans, TimeSpan.FromSeconds(1));
            await HttpLoad.RunAsync(port, plans, TimeSpan.FromSeconds(2));
        }
    }

    /// <summary>Each connection has licenses of its own.</summary>
    private static Func<int, int, byte[][]> Spread(Func<int, byte[]> request) =>
        (connection, of) => [.. Own(connection, of).Select(request)];

    /// <summary>A second domain of each license comes and goes.</summary>
    private static byte[][] Changes(int connection, int of) =>
        [.. Own(connection, of).SelectMany(n => new[] { Bed.Bind("/activate", Bed.Key(n), "second.example.com"), Bed.Bind("/deactivate", Bed.Key(n), "second.example.com") })];

    /// <summary>Of 100 requests 90 verify (half of them signed), 8 activate or deactivate, 2 ask for the status.</summary>
    private static byte[][] Mixed(int connection, int of)
    {
        var plan = new List<byte[]>();
        foreach (var n in Own(connection, of))
        {
            for (var i = 0; i < 45; i++)
            {
                plan.Add(Bed.DomainVerify(n));
                plan.Add(Bed.SignedVerify(n));
                if (i % 11 == 0 && i < 44)
                {
                    plan.Add(Bed.Bind("/activate", Bed.Key(n), "second.example.com"));
                    plan.Add(Bed.Bind("/deactivate", Bed.Key(n), "second.example.com"));
                }

                if (i % 22 == 10)
                    plan.Add(Requests.Get($"/status?license_key={Bed.Key(n)}"));
            }
        }

        return [.. plan];
    }

    private static IEnumerable<int> Own(int connection, int of) => Enumerable.Range(0, Licenses).Where(n => n % of == connection);
}
