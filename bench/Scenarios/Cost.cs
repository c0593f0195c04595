using System.Globalization;
using LicenseFunctions.Bench.InProcess;
using LicenseFunctions.Bench.Report;
using LicenseFunctions.Bench.Servers;
using LicenseFunctions.Signing.LocalKeys;

namespace LicenseFunctions.Bench.Scenarios;

/// <summary>
/// A day's bill at three rates: a simulated minute of mixed traffic (90 of 100 verify, half of them signed; 8 activate or
/// deactivate; 2 ask for the status) with the default limits on, its operations counted and priced.
/// </summary>
internal static class Cost
{
    private const int Licenses = 20_000;
    private const int MostRequests = 60_000;
    private const double PerSigning = 3.00 / 1_000_000;
    private const double PerOperation = 0.036 / 1_000_000;
    private const double PerExecution = 0.40 / 1_000_000;
    private const double PerGigabyteSecond = 0.000026;
    private const double InstanceGigabytes = 2;
    private const double AnswersPerInstance = 500;

    public static async Task RunAsync(Options options, string folder)
    {
        var table = new Table("line, for a day", "billing rule", "1/s", "$", "50/s", "$ ", "5,000/s", "$  ");
        var columns = new List<(string Count, double Price)[]>();
        foreach (var rate in (int[])[1, 50, 5_000])
            columns.Add(await CountAsync(rate, Path.Combine(folder, "keys")));
        string[][] lines =
        [
            ["table operations", "$0.036 per million transactions; a batch is one"],
            ["signings", "$3.00 per million RSA-2048 operations"],
            ["executions", "$0.40 per million"],
            ["GB-seconds", "$0.000026, 2 GB instances while a request runs"],
            ["all", ""],
        ];
        table.PrintHeadings();
        for (var i = 0; i < lines.Length; i++)
            table.Add([.. lines[i], .. columns.SelectMany(column => new[] { column[i].Count, column[i].Price.ToString("F2", CultureInfo.InvariantCulture) })]);
        if (options.Keep)
        {
            string[] rates = ["1/s", "50/s", "5,000/s"];
            var bars = columns.SelectMany((column, r) => lines.Select((line, i) => new Bar($"{rates[r]}: {line[0]}", column[i].Price, $"$ {column[i].Price.ToString("F2", CultureInfo.InvariantCulture)} a day"))).ToArray();
            await new Outcome("cost", "dotnet run -c Release --project bench -- cost", table.Headings, table.Rows)
                .WriteAsync(BarChart.Draw("A day's bill by line (mixed traffic 90/8/2, one product, one API key)", bars, bars.Max(bar => bar.Value)));
        }
    }

    private static async Task<(string Count, double Price)[]> CountAsync(int rate, string keys)
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
        await SecondAsync(instance, rate, random, -1);
        var (operations, signings) = (store.Operations, signer.Signings);
        for (var second = 0; second < seconds; second++)
        {
            time.Pass(TimeSpan.FromSeconds(1));
            await SecondAsync(instance, rate, random, second);
        }

        var day = 86_400.0 / seconds;
        var instances = Math.Max(1, Math.Ceiling(rate / AnswersPerInstance));
        (string, double)[] lines =
        [
            Line((store.Operations - operations) * day, PerOperation),
            Line((signer.Signings - signings) * day, PerSigning),
            Line(rate * 86_400.0, PerExecution),
            Line(instances * 86_400 * InstanceGigabytes, PerGigabyteSecond),
        ];
        return [.. lines, ("", lines.Sum(line => line.Item2))];
    }

    private static (string Count, double Price) Line(double count, double price) =>
        (count >= 1_000_000 ? (count / 1_000_000).ToString("N1", CultureInfo.InvariantCulture) + " M" : Figures.Rate(count), count * price);

    private static async Task SecondAsync(Instance instance, int rate, Random random, int second)
    {
        for (var i = 0; i < rate; i++)
        {
            var (n, kind) = (random.Next(Licenses), ((second * rate) + i) % 100);
            var domain = kind % 2 == 0 ? Bed.Domain(n) : "second.example.com";
            var status = kind switch
            {
                < 45 => await instance.DomainVerifyAsync(n),
                < 90 => await instance.SignedVerifyAsync(n),
                < 94 => await instance.ActivateAsync(n, domain),
                < 98 => await instance.DeactivateAsync(n, "second.example.com"),
                _ => await instance.StatusAsync(n),
            };
            if (status != 200)
                throw new InvalidOperationException($"The answer was {status}.");
        }
    }
}
