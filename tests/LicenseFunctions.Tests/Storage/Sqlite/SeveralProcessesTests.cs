using System.Globalization;
using System.Text.RegularExpressions;
using LicenseFunctions.Storage;
using LicenseFunctions.Storage.Sqlite;
using Xunit.Abstractions;

namespace LicenseFunctions.Tests.Storage.Sqlite;

public sealed partial class SeveralProcessesTests(ITestOutputHelper output) : IAsyncLifetime
{
    // Without others on the machine the longest wait is about 10 ms.
    private const double LongestWait = 1000;

    // A crowded machine stalls any process now and then, also while the other waits for its turn.
    private const int Stalls = 10;

    private readonly StoreFolder _folder = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _folder.CloseAsync();

    [Theory]
    [InlineData("usage")]
    [InlineData("durable")]
    public async Task Two_processes_share_the_writes_fairly_and_keep_the_log_small(string kind)
    {
        using var one = new ProbeProcess("load", _folder.Path, "one", "3", "8", kind);
        using var two = new ProbeProcess("load", _folder.Path, "two", "3", "8", kind);
        Assert.Equal(("ready", "ready"), (await one.ReadLineAsync(), await two.ReadLineAsync()));
        await Task.WhenAll(one.GoAsync(), two.GoAsync());

        var results = await Task.WhenAll(one.ReadLineAsync(), two.ReadLineAsync());

        var figures = results.Select(line => Figures().Match(line!).Groups).ToArray();
        foreach (var line in results)
            output.WriteLine(line);
        await Task.WhenAll(one.EndAsync(), two.EndAsync());
        var all = figures.Sum(f => Number(f[1]));
        Assert.All(figures, f => Assert.True(Number(f[1]) > all / 10, "One process got less than a tenth of the commits."));
        var longest = LongestWait + (Stalls * figures.Max(f => Number(f[4])));
        Assert.All(figures, f => Assert.InRange(Number(f[2]), 0, longest));
        Assert.All(figures, f => Assert.InRange(Number(f[3]), 0, 64));
        Assert.Equal("ok", Integrity());
    }

    [Fact]
    public async Task Two_stores_on_one_file_see_each_others_commits_at_once()
    {
        var stores = new[] { await _folder.OpenAsync(), await _folder.OpenAsync() };
        await stores[0].CommitAsync(TableNames.Limits, "p", [RowChange.Insert("n", new() { ["n"] = 0 })], default);

        var counted = await Task.WhenAll(Enumerable.Range(0, 8).Select(n => Task.Run(() => IncrementAsync(stores[n % 2], 50))));

        var row = await stores[1].FindAsync(TableNames.Limits, "p", "n", default);
        Assert.Equal(400, row!.Values.GetNumber("n"));
        Assert.Equal(400, counted.SelectMany(n => n).Distinct().Count());
    }

    [Fact]
    public async Task Two_processes_that_change_the_same_usage_rows_lose_no_change()
    {
        using var one = new ProbeProcess("count", _folder.Path, "60");
        using var two = new ProbeProcess("count", _folder.Path, "60");
        Assert.Equal(("ready", "ready"), (await one.ReadLineAsync(), await two.ReadLineAsync()));
        await Task.WhenAll(one.GoAsync(), two.GoAsync());

        Assert.Equal(("240 made", "240 made"), (await one.ReadLineAsync(), await two.ReadLineAsync()));

        await Task.WhenAll(one.EndAsync(), two.EndAsync());
        var store = await _folder.OpenAsync();
        var sum = 0L;
        await foreach (var row in store.ListAsync(new(TableNames.Licenses, "p", "usage."), default))
            sum += row.Values.GetNumber("n");
        Assert.Equal(480, sum);
    }

    [Fact]
    public async Task A_new_file_can_be_opened_by_several_at_once()
    {
        var stores = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(
            () => SqliteTableStore.OpenAsync(_folder.Path, default))));

        foreach (var store in stores)
        {
            Assert.True((await store.CommitAsync(TableNames.Audit, "p", [RowChange.Upsert("a", [])], default)).Committed);
            await store.DisposeAsync();
        }
    }

    [Theory]
    [InlineData(1, 40)]
    [InlineData(2, 150)]
    [InlineData(3, 400)]
    [InlineData(4, 100, "hurried")]
    [InlineData(5, 250, "hurried")]
    public async Task A_killed_process_leaves_every_answered_commit_and_none_in_part(int seed, int milliseconds, params string[] pace)
    {
        var answered = new Dictionary<string, long>(StringComparer.Ordinal);
        using (var probe = new ProbeProcess(["commit", _folder.Path, seed.ToString(CultureInfo.InvariantCulture), .. pace]))
        {
            Remember(await probe.ReadLineAsync());
            var kill = Task.Delay(milliseconds).ContinueWith(_ => probe.Kill(), TaskScheduler.Default);
            while (await probe.ReadLineAsync() is { } line)
                Remember(line);
            await kill;
        }

        Assert.Equal("ok", Integrity());
        var store = await _folder.OpenAsync();
        foreach (var (caller, last) in answered)
        {
            var table = int.Parse(caller, CultureInfo.InvariantCulture) % 2 == 0 ? TableNames.Catalog : TableNames.Limits;
            var left = await store.FindAsync(table, caller, "a", default);
            var right = await store.FindAsync(table, caller, "b", default);
            // The one commit after the last answered may have been made too.
            Assert.InRange(left!.Values.GetNumber("n"), last, last + 1);
            Assert.Equal(left.Values, right!.Values);
        }

        // A line cut off by the kill says nothing.
        void Remember(string? line)
        {
            if (line?.Split(' ') is [var caller, var n] && long.TryParse(n, CultureInfo.InvariantCulture, out var number))
                answered[caller] = Math.Max(number, answered.GetValueOrDefault(caller));
        }
    }

    private static async Task<List<long>> IncrementAsync(SqliteTableStore store, int times)
    {
        var made = new List<long>();
        while (made.Count < times)
        {
            var row = await store.FindAsync(TableNames.Limits, "p", "n", default);
            var next = row!.Values.GetNumber("n") + 1;
            var result = await store.CommitAsync(TableNames.Limits, "p", [RowChange.Replace("n", new() { ["n"] = next }, row.ETag)], default);
            if (result.Committed)
                made.Add(next);
        }

        return made;
    }

    private string Integrity()
    {
        using var database = Database.Open(_folder.Path);
        return database.ReadText("PRAGMA integrity_check");
    }

    private static double Number(Group figure) => double.Parse(figure.ValueSpan, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^(\d+) commits, .* max ([\d.]+) ms, log ([\d.]+) MB, stalled for ([\d.]+) ms$")]
    private static partial Regex Figures();
}
