using System.Globalization;
using LicenseFunctions.Bench.InProcess;
using LicenseFunctions.Bench.Report;
using LicenseFunctions.Bench.Servers;
using LicenseFunctions.Signing.LocalKeys;

namespace LicenseFunctions.Bench.Scenarios;

/// <summary>
/// The bill of a million signed verifications at 50 a second, and a day's at three rates of mixed traffic (90 of 100 verify,
/// half of them signed; 8 activate or deactivate; 2 ask for the status): a simulated minute with the default limits on, its
/// operations counted and priced. Instances of 512 MB are billed for every second in which a request runs: at these rates
/// for all of them.
/// </summary>
internal static class Cost
{
    private const int Licenses = 20_000;
    private const int MostRequests = 60_000;
    private const double PerSigning = 3.00 / 1_000_000;
    private const double PerOperation = 0.036 / 1_000_000;
    private const double PerExecution = 0.40 / 1_000_000;
    private const double PerGigabyteSecond = 0.000026;
    private const double InstanceGigabytes = 0.5;
    private const double AnswersPerInstance = 500;

    public static async Task RunAsync(Options options, string folder)
    {
        await MillionAsync(options, Path.Combine(folder, "keys"));
        var table = new Table("line, for a day", "billing rule", "1/s", "$", "50/s", "$ ", "5,000/s", "$  ");
        var columns = new List<(string Count, double Price)[]>();
        foreach (var rate in (int[])[1, 50, 5_000])
            columns.Add(await CountAsync(rate, 86_400.0 * rate, MixedAsync, Path.Combine(folder, "keys")));
        table.PrintHeadings();
        for (var i = 0; i < Lines.Length; i++)
            table.Add([.. Lines[i], .. columns.SelectMany(column => new[] { column[i].Count, column[i].Price.ToString("F2", CultureInfo.InvariantCulture) })]);
        if (options.Keep)
        {
            string[] rates = ["1/s", "50/s", "5,000/s"];
            var bars = columns.SelectMany((column, r) => Lines.Select((line, i) => new Bar($"{rates[r]}: {line[0]}", column[i].Price, $"$ {column[i].Price.ToString("F2", CultureInfo.InvariantCulture)} a day"))).ToArray();
            await new Outcome("cost", "dotnet run -c Release --project bench -- cost", table.Headings, table.Rows)
                .WriteAsync(BarChart.Draw("A day's bill by line (mixed traffic 90/8/2, one product, one API key)", bars, bars.Max(bar => bar.Value)));
        }
    }

    private static readonly string[][] Lines =
    [
        ["table operations", "$0.036 per million transactions; a batch is one"],
        ["signings", "$3.00 per million RSA-2048 operations"],
        ["executions", "$0.40 per million"],
        ["GB-seconds", "$0.000026 per GB-s of active 512 MB instances"],
        ["all", ""],
    ];

    /// <summary>What a vendor pays for a million signed verifications.</summary>
    private static async Task MillionAsync(Options options, string keys)
    {
        var table = new Table("line, a million signed verifies", "billing rule", "at 50/s", "$");
        var column = await CountAsync(50, 1_000_000, async (instance, random, _) => await instance.SignedVerifyAsync(random.Next(Licenses)), keys);
        table.PrintHeadings();
        for (var i = 0; i < Lines.Length; i++)
            table.Add([.. Lines[i], column[i].Count, column[i].Price.ToString("F2", CultureInfo.InvariantCulture)]);
        if (options.Keep)
        {
            await new Outcome("million", "dotnet run -c Release --project bench -- cost", table.Headings, table.Rows).WriteAsync(BarChart.Draw(
                "A million signed verifications at 50 a second, in US dollars",
                [.. Lines.Select((line, i) => new Bar(line[0], column[i].Price, "$ " + column[i].Price.ToString("F2", CultureInfo.InvariantCulture)))], column[^1].Price));
        }
    }

    private static async Task<(string Count, double Price)[]> CountAsync(
        int rate, double requests, Func<Instance, Random, int, Task<int>> askAsync, string keys)
    {
        var time = new SimulatedTime();
        var store = new MeteredStore(new MemoryStore());
        var signer = new MeteredSigner(new LocalKeySigner(keys, TimeProvider.System));
        var instance = new Instance(store, signer, new LicensingOptions(), time);
        await instance.FillAsync(Licenses, Licenses);
        // The activations of the filling were an hour ago.
        time.Pass(TimeSpan.FromHours(1));
        var seconds = Math.Min(60, MostRequests / rate);
        var random = new Random(1);
        await SecondAsync(instance, rate, random, -1, askAsync);
        var (operations, signings) = (store.Operations, signer.Signings);
        for (var second = 0; second < seconds; second++)
        {
            time.Pass(TimeSpan.FromSeconds(1));
            await SecondAsync(instance, rate, random, second, askAsync);
        }

        var times = requests / (rate * seconds);
        var instances = Math.Max(1, Math.Ceiling(rate / AnswersPerInstance));
        (string, double)[] lines =
        [
            Line((store.Operations - operations) * times, PerOperation),
            Line((signer.Signings - signings) * times, PerSigning),
            Line(requests, PerExecution),
            Line(instances * requests / rate * InstanceGigabytes, PerGigabyteSecond),
        ];
        return [.. lines, ("", lines.Sum(line => line.Item2))];
    }

    private static (string Count, double Price) Line(double count, double price) =>
        (count >= 1_000_000 ? (count / 1_000_000).ToString("N1", CultureInfo.InvariantCulture) + " M" : Figures.Rate(count), count * price);

    private static async Task SecondAsync(
        Instance instance, int rate, Random random, int second, Func<Instance, Random, int, Task<int>> askAsync)
    {
        for (var i = 0; i < rate; i++)
        {
            if (await askAsync(instance, random, (second * rate) + i) is var status and not 200)
                throw new InvalidOperationException($"The answer was {status}.");
        }
    }

    private static Task<int> MixedAsync(Instance instance, Random random, int at)
    {
        var (n, kind) = (random.Next(Licenses), at % 100);
        return kind switch
        {
            < 45 => instance.DomainVerifyAsync(n),
            < 90 => instance.SignedVerifyAsync(n),
            < 94 => instance.ActivateAsync(n, kind % 2 == 0 ? Bed.Domain(n) : "second.example.com"),
            < 98 => instance.DeactivateAsync(n, "second.example.com"),
            _ => instance.StatusAsync(n),
        };
    }
}
