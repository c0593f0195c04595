using System.Diagnostics;
using LicenseFunctions.Bench.Load;
using LicenseFunctions.Bench.Report;
using LicenseFunctions.Bench.Servers;

namespace LicenseFunctions.Bench.Scenarios;

/// <summary>
/// From the start of the process to the end of the first signed answer, where keys and license exist, beside an empty
/// Kestrel program's first answer; both published ReadyToRun, in turns.
/// </summary>
internal static class Cold
{
    private const int Starts = 15;

    public static async Task RunAsync(Options options, string folder)
    {
        var programs = Path.Combine(folder, "programs");
        var selfHost = await Programs.PublishAsync("src/LicenseFunctions.SelfHost/LicenseFunctions.SelfHost.csproj", "LicenseFunctions.SelfHost", programs);
        var empty = await Programs.PublishAsync("bench/Baseline/LicenseFunctions.Bench.Baseline.csproj", "LicenseFunctions.Bench.Baseline", programs);
        var data = Path.Combine(folder, "data");
        using (var bed = await Bed.StartAsync(data, 10, Bed.Unlimited))
        {
            await bed.FillAsync();
            _ = await bed.AskAsync(Bed.SignedVerify(0));
        }

        var settings = new Dictionary<string, string>
        {
            ["Storage__Path"] = Path.Combine(data, "licenses.db"),
            ["Signing__Path"] = Path.Combine(data, "keys"),
        };
        var (ours, theirs, memory) = (new List<double>(), new List<double>(), new List<double>());
        for (var i = 0; i < Starts + 1; i++)
        {
            var other = await StartAsync(empty, new Dictionary<string, string>(), folder, Requests.Get("/"), []);
            var own = await StartAsync(selfHost, settings, folder, Bed.SignedVerify(0), memory);
            // The first pair reads the programs from the disk.
            if (i > 0)
                (ours, theirs) = ([.. ours, own], [.. theirs, other]);
        }

        var table = new Table("program", "median ms", "least ms", "ratio", "RSS MB");
        table.PrintHeadings();
        var ratio = Figures.Median(ours.Zip(theirs, (own, other) => own / other));
        table.Add("empty Kestrel program", Figures.Ms(Figures.Median(theirs)), Figures.Ms(theirs.Min()), "1.00", "");
        table.Add("self-host, first signed answer", Figures.Ms(Figures.Median(ours)), Figures.Ms(ours.Min()), Figures.Ratio(ratio), Figures.Rate(Figures.Median(memory)));
        if (options.Keep)
        {
            await new Outcome("cold", "dotnet run -c Release --project bench -- cold", table.Headings, table.Rows).WriteAsync(BarChart.Draw(
                "Process start to first answer, ReadyToRun, median of 15 in turns",
                [.. table.Rows.Select(row => new Bar(row[0], double.Parse(row[1], System.Globalization.CultureInfo.InvariantCulture), row[1] + " ms"))],
                Math.Max(Figures.Median(ours), Figures.Median(theirs))));
        }
    }

    private static async Task<double> StartAsync(
        string program, IReadOnlyDictionary<string, string> settings, string folder, byte[] request, List<double> memory)
    {
        var since = Stopwatch.GetTimestamp();
        using var server = await ServerProcess.Start(program, [], settings, folder).ListeningAsync();
        using var connection = new Connection();
        await connection.ConnectAsync(server.Port);
        var status = await connection.SendAsync(request);
        var elapsed = Stopwatch.GetElapsedTime(since).TotalMilliseconds;
        memory.Add(server.ResidentMb);
        return status == 200 ? elapsed : throw new InvalidOperationException($"The first answer was {status}.");
    }
}
