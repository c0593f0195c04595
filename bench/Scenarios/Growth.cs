using System.Globalization;
using LicenseFunctions.Bench.InProcess;
using LicenseFunctions.Bench.Load;
using LicenseFunctions.Bench.Report;
using LicenseFunctions.Bench.Servers;
using LicenseFunctions.Licensing;
using LicenseFunctions.Signing.LocalKeys;
using LicenseFunctions.Storage;
using LicenseFunctions.Storage.Sqlite;

namespace LicenseFunctions.Bench.Scenarios;

/// <summary>
/// Whether a verification costs more where there are more licenses, or more activations of one license: its store
/// operations, counted in process, and its latency at 2,000 requests a second over all of them.
/// </summary>
internal static class Growth
{
    private const int PerSecond = 2_000;
    private const int Connections = 16;

    /// <summary>So long a new server is asked before it is measured: until then its code is being compiled, and its log grows.</summary>
    private static readonly TimeSpan Before = TimeSpan.FromSeconds(8);

    public static async Task RunAsync(Options options, string folder)
    {
        var table = new Table("rows", "ops/verify", "answers/s", "p50 ms", "p99 ms", "file MB");
        var bars = new List<Bar>();
        table.PrintHeadings();
        foreach (var count in (int[])[100, 1_000, 10_000, 100_000, 1_000_000])
        {
            if (options.Wants("licenses"))
                bars.Add(await LicensesAsync(count, options, Path.Combine(folder, $"licenses-{count}"), table));
        }

        foreach (var count in (int[])[1, 10, 100, 1_000, 10_000])
        {
            if (options.Wants("activations"))
                bars.Add(await ActivationsAsync(count, options, Path.Combine(folder, $"activations-{count}"), table));
        }

        if (options.Keep)
        {
            await new Outcome("growth", "dotnet run -c Release --project bench -- growth", table.Headings, table.Rows)
                .WriteAsync(BarChart.Draw("Domain verify at 2,000 requests a second: median latency in ms", bars, bars.Max(bar => bar.Value)));
        }
    }

    private static async Task<Bar> LicensesAsync(int count, Options options, string folder, Table table)
    {
        using (var bed = await Bed.StartAsync(folder, Math.Min(count, 100), Bed.Unlimited))
            await bed.FillAsync();
        var operations = 0.0;
        await using (var store = await SqliteTableStore.OpenAsync(Path.Combine(folder, "licenses.db"), CancellationToken.None))
        {
            await SeedAsync(store, 100, count);
            operations = await CountAsync(store, folder, n => n % count);
        }

        return await MeasureAsync($"{Figures.Rate(count)} licenses", operations, options, folder, table, n => Bed.DomainVerify(n % count));
    }

    private static async Task<Bar> ActivationsAsync(int count, Options options, string folder, Table table)
    {
        using (var bed = await Bed.StartAsync(folder, 1, Bed.Unlimited))
        {
            await bed.FillAsync();
            var plans = Enumerable.Range(0, 64).Select(i => Enumerable.Range(1, count - 1).Where(n => n % 64 == i).Select(n => Bed.Bind("/activate", Bed.Key(0), Bed.Domain(n))).ToArray()).ToArray();
            await HttpLoad.OnceAsync(bed.Server.Port, plans);
        }

        var operations = 0.0;
        await using (var store = await SqliteTableStore.OpenAsync(Path.Combine(folder, "licenses.db"), CancellationToken.None))
            operations = await CountAsync(store, folder, _ => 0);
        return await MeasureAsync(
            $"1 license, {Figures.Rate(count)} activations", operations, options, folder, table,
            n => Requests.Get($"/verify?license_key={Bed.Key(0)}&domain={Bed.Domain(n % count)}"));
    }

    /// <summary>The median of the rounds, each with a server of its own: the machine may be busy for a moment.</summary>
    private static async Task<Bar> MeasureAsync(string name, double operations, Options options, string folder, Table table, Func<int, byte[]> request)
    {
        var random = new Random(1);
        var measured = TimeSpan.FromSeconds(options.Seconds + 2);
        var (first, plans) = (Plans(random, Before, request), Plans(random, measured, request));
        var rounds = new List<(double P50, double P99, double PerSecond)>();
        for (var round = 0; round < options.Rounds; round++)
        {
            using var bed = await Bed.StartAsync(folder, 0, Bed.Unlimited);
            await HttpLoad.RunAsync(bed.Server.Port, first, Before, PerSecond);
            var result = (await HttpLoad.RunAsync(bed.Server.Port, plans, measured, PerSecond)).MostlyOf(200);
            rounds.Add((result.Latency.Percentile(0.5), result.Latency.Percentile(0.99), result.PerSecond));
        }

        var (p50, p99) = (Figures.Median([.. rounds.Select(each => each.P50)]), Figures.Median([.. rounds.Select(each => each.P99)]));
        var size = new FileInfo(Path.Combine(folder, "licenses.db")).Length / 1048576.0;
        table.Add(
            name, operations.ToString("F2", CultureInfo.InvariantCulture), Figures.Rate(Figures.Median([.. rounds.Select(each => each.PerSecond)])),
            p50.ToString("F3", CultureInfo.InvariantCulture), Figures.Ms(p99), Figures.Rate(size));
        return new(name, p50, $"{Figures.Ms(p50)} ms, p99 {Figures.Ms(p99)} ms, {operations:F1} operations");
    }

    /// <summary>Requests enough for so long: what is asked again is so by chance alone.</summary>
    private static byte[][][] Plans(Random random, TimeSpan duration, Func<int, byte[]> request)
    {
        var each = (int)(PerSecond * duration.TotalSeconds / Connections) + 1;
        return [.. Enumerable.Range(0, Connections).Select(_ => Enumerable.Range(0, each).Select(_ => request(random.Next(int.MaxValue))).ToArray())];
    }

    /// <summary>Store operations of one verification, the instance knowing the license already.</summary>
    private static async Task<double> CountAsync(SqliteTableStore store, string folder, Func<int, int> license)
    {
        const int requests = 200;
        var metered = new MeteredStore(store);
        var instance = new Instance(metered, new LocalKeySigner(Path.Combine(folder, "keys"), TimeProvider.System), Instance.Unlimited, TimeProvider.System);
        var before = 0L;
        for (var round = 0; round < 2; round++)
        {
            before = metered.Operations;
            for (var i = 0; i < requests; i++)
                await instance.DomainVerifyAsync(license(i * 7919 % 100));
        }

        return (metered.Operations - before) / (double)requests;
    }

    /// <summary>Licenses with an active domain each, the rows of their partitions as the API leaves them: through it a million would take a while.</summary>
    private static async Task SeedAsync(SqliteTableStore store, int from, int to) =>
        await Parallel.ForAsync(from, Math.Max(from, to), new ParallelOptions { MaxDegreeOfParallelism = 512 }, async (n, cancel) =>
        {
            var hash = LicenseRows.Hash(Bed.Domain(n));
            var license = new License
            {
                Key = Bed.Key(n), Id = n + 1_000_000, ProductId = 1, Status = LicenseStatus.Assigned, AssignedAt = 1, CreatedAt = 1, UpdatedAt = 1,
                ActiveCount = 1, Revision = 1, Latest = new(hash, Bed.Domain(n), 1),
            };
            var activation = new RowValues { ["schema"] = 1, ["license_id"] = license.Id, ["identifier"] = Bed.Domain(n), ["activated_at"] = 1 };
            await store.CommitAsync(
                TableNames.Licenses, LicenseRows.Partition(license.Key),
                [
                    RowChange.Insert(LicenseRows.License, license.ToValues()),
                    RowChange.Insert(LicenseRows.Activation(hash), activation),
                    RowChange.Insert(LicenseRows.RecentActivation(1, hash), activation),
                    RowChange.Insert(LicenseRows.ActivationUsage(hash), LicenseUsage.Unverified(license)),
                    RowChange.Insert(LicenseRows.Usage, LicenseUsage.Unused(license, hash)),
                ],
                cancel);
        });
}
