using System.Globalization;
using LicenseFunctions.Bench.Report;
using LicenseFunctions.Bench.Servers;
using LicenseFunctions.Licensing;
using LicenseFunctions.Storage;
using LicenseFunctions.Storage.Sqlite;

namespace LicenseFunctions.Bench.Scenarios;

/// <summary>
/// How fast rows leave the embedded store and come into another, and whether that takes more memory where there are more:
/// <c>licensectl</c> as a process of its own, its start included.
/// </summary>
internal static class Move
{
    private const int RowsOfLicense = 5;

    /// <summary>Each is a change of its own with its lists, and waits for the disk.</summary>
    private const int MostLines = 50_000;

    public static async Task RunAsync(Options options, string folder)
    {
        var table = new Table("what, rows", "seconds", "rows/s", "peak MB", "file MB");
        var bars = new List<Bar>();
        table.PrintHeadings();
        foreach (var rows in (int[])[10_000, 100_000, 1_000_000])
        {
            if (options.Wants(Figures.Rate(rows)))
                await MeasureAsync(rows, Path.Combine(folder, $"rows-{rows}"), table, bars);
        }

        if (options.Keep)
        {
            await new Outcome("move", "dotnet run -c Release --project bench -- move", table.Headings, table.Rows)
                .WriteAsync(BarChart.Draw("Moving a store: rows a second, and the most memory", bars, bars.Max(bar => bar.Value)));
        }
    }

    private static async Task MeasureAsync(int rows, string folder, Table table, List<Bar> bars)
    {
        Directory.CreateDirectory(folder);
        var (from, to, file, lines) = (Path.Combine(folder, "from.db"), Path.Combine(folder, "to.db"), Path.Combine(folder, "export.jsonl"), Path.Combine(folder, "licenses.csv"));
        await SeedAsync(from, rows / RowsOfLicense);
        await RunAsync("export", rows, from, file, ["export", file]);
        await RunAsync("import", rows, to, file, ["import", file]);
        await RunAsync("import again", rows, to, file, ["import", file]);
        await RunAsync("backup", rows, from, Path.Combine(folder, "backup.db"), ["backup", Path.Combine(folder, "backup.db")]);
        await CommandProcess.RunAsync(to, "export", file + ".second");
        if (!await AreEqualAsync(file, file + ".second"))
            throw new InvalidOperationException("The second export is another.");
        await MigrateAsync(Math.Min(rows / RowsOfLicense, MostLines), folder, lines);
        Directory.Delete(folder, recursive: true);

        async Task RunAsync(string what, int count, string store, string size, string[] arguments)
        {
            var cost = await CommandProcess.RunAsync(store, arguments);
            Add(what, count, cost, new FileInfo(size).Length);
        }

        async Task MigrateAsync(int licenses, string inside, string csv)
        {
            var target = Path.Combine(inside, "migrated.db");
            await File.WriteAllLinesAsync(csv, Enumerable.Range(0, licenses).Select(Line).Prepend("license_key,owner_email,activation_limit,validity,identifiers"));
            await using (var store = await SqliteTableStore.OpenAsync(target, CancellationToken.None))
                await new InProcess.Instance(store, new Signing.LocalKeys.LocalKeySigner(Path.Combine(inside, "keys"), TimeProvider.System), InProcess.Instance.Unlimited, TimeProvider.System).FillAsync(0, 0);
            Add("license import --apply (lines)", licenses, await CommandProcess.RunAsync(target, "license", "import", csv, "--product", "1", "--apply"), new FileInfo(csv).Length);
        }

        void Add(string what, int count, CommandCost cost, long bytes)
        {
            var perSecond = count / cost.Time.TotalSeconds;
            table.Add(
                $"{what}, {Figures.Rate(count)}", cost.Time.TotalSeconds.ToString("F1", CultureInfo.InvariantCulture), Figures.Rate(perSecond),
                Figures.Rate(cost.PeakMb), Figures.Rate(bytes / 1048576.0));
            bars.Add(new($"{what}, {Figures.Rate(count)}", perSecond, $"{Figures.Rate(perSecond)}/s, {Figures.Rate(cost.PeakMb)} MB"));
        }
    }

    private static string Line(int n) => string.Create(CultureInfo.InvariantCulture, $"OLD-{n:D8},owner{n}@example.com,3,365,{Bed.Domain(n)}");

    /// <summary>Licenses with an active domain each: five rows.</summary>
    private static async Task SeedAsync(string path, int licenses)
    {
        await using var store = await SqliteTableStore.OpenAsync(path, CancellationToken.None);
        await Parallel.ForAsync(0, licenses, new ParallelOptions { MaxDegreeOfParallelism = 512 }, async (n, cancel) =>
        {
            var hash = LicenseRows.Hash(Bed.Domain(n));
            var license = new License
            {
                Key = Bed.Key(n), Id = n + 1, ProductId = 1, Status = LicenseStatus.Assigned, AssignedAt = 1, CreatedAt = 1, UpdatedAt = 1, OwnerEmail = $"owner{n}@example.com",
                ActiveCount = 1, Revision = 1, Latest = new(hash, Bed.Domain(n), 1),
            };
            var activation = new RowValues { ["schema"] = 1, ["license_id"] = license.Id, ["identifier"] = Bed.Domain(n), ["activated_at"] = 1 };
            var usage = new RowValues { ["schema"] = 1, ["license_id"] = license.Id, ["verification_count"] = 0 };
            await store.CommitAsync(
                TableNames.Licenses, LicenseRows.Partition(license.Key),
                [
                    RowChange.Insert(LicenseRows.License, license.ToValues()), RowChange.Insert(LicenseRows.Usage, usage),
                    RowChange.Insert(LicenseRows.Activation(hash), activation), RowChange.Insert(LicenseRows.RecentActivation(1, hash), activation),
                    RowChange.Insert(LicenseRows.ActivationUsage(hash), usage),
                ],
                cancel);
        });
    }

    private static async Task<bool> AreEqualAsync(string one, string other)
    {
        await using var first = File.OpenRead(one);
        await using var second = File.OpenRead(other);
        var (hash, otherHash) = (await System.Security.Cryptography.SHA256.HashDataAsync(first), await System.Security.Cryptography.SHA256.HashDataAsync(second));
        return hash.AsSpan().SequenceEqual(otherHash);
    }
}
