using System.Diagnostics;
using LicenseFunctions.Storage;
using LicenseFunctions.Storage.Sqlite;

namespace LicenseFunctions.StoreProbe;

/// <summary>Operations per second over 10,000 licenses, by the number of callers.</summary>
internal static class Bench
{
    private const int Licenses = 10_000;

    public static async Task<int> RunAsync(string path, string which)
    {
        await using var store = await SqliteTableStore.OpenAsync(path, CancellationToken.None);
        var etags = new string[Licenses];
        for (var i = 0; i < Licenses; i++)
        {
            var row = new RowValues
            {
                ["key"] = $"KEY-{i:D12}-ABCDEF", ["product"] = "widget", ["owner"] = "someone@example.com", ["state"] = "assigned",
                ["limit"] = 5, ["active"] = 2, ["created"] = 1_700_000_000_000 + i, ["expires"] = 1_800_000_000_000,
            };
            var usage = new RowValues { ["n"] = 0, ["window"] = new byte[64] };
            etags[i] = (await store.CommitAsync(
                TableNames.Licenses, Partition(i), [RowChange.Upsert("license", row), RowChange.Upsert("license.usage", usage)], default)).ETags[1];
        }

        foreach (var callers in new[] { 1, 16, 64 })
        {
            if (which is "find" or "all")
                await MeasureAsync("find", callers, (n, _) => FindAsync(store, n));
            if (which is "usage" or "all")
                await MeasureAsync("commit usage (NORMAL)", callers, (n, _) => CommitUsageAsync(store, etags, n));
            if (which is "durable" or "all")
                await MeasureAsync("commit durable (FULL)", callers, (n, i) => CommitDurableAsync(store, n, i));
            if (which is "mixed" or "all")
                await MeasureAsync("verify: 2 finds + usage", callers, (n, _) => VerifyAsync(store, etags, n));
        }

        return 0;
    }

    private static string Partition(int n) => $"{n * 2654435761L % 4294967296L:x8}c0ffee00c0ffee00c0ffee00";

    private static async Task FindAsync(SqliteTableStore store, int n) =>
        _ = await store.FindAsync(TableNames.Licenses, Partition(n), "license", default) ?? throw new InvalidOperationException();

    private static async Task CommitUsageAsync(SqliteTableStore store, string[] etags, int n)
    {
        var values = new RowValues { ["n"] = n, ["window"] = new byte[64] };
        var result = await store.CommitAsync(TableNames.Licenses, Partition(n), [RowChange.Replace("license.usage", values, etags[n])], default);
        etags[n] = result.Committed ? result.ETags[0] : throw new InvalidOperationException();
    }

    private static async Task CommitDurableAsync(SqliteTableStore store, int n, int i) =>
        await store.CommitAsync(TableNames.Licenses, Partition(n), [RowChange.Upsert("activation", new() { ["i"] = i })], default);

    private static async Task VerifyAsync(SqliteTableStore store, string[] etags, int n)
    {
        var license = store.FindAsync(TableNames.Licenses, Partition(n), "license", default);
        var usage = CommitUsageAsync(store, etags, n);
        var activation = store.FindAsync(TableNames.Licenses, Partition(n), "activation", default);
        await license;
        await activation;
        await usage;
    }

    /// <summary>Each caller has licenses of its own, so that no condition fails.</summary>
    private static async Task MeasureAsync(string name, int callers, Func<int, int, Task> operation)
    {
        var count = 0L;
        var cpu = Environment.CpuUsage.TotalTime;
        var allocated = GC.GetTotalAllocatedBytes();
        var since = Stopwatch.GetTimestamp();
        var end = since + (3 * Stopwatch.Frequency);
        await Task.WhenAll(Enumerable.Range(0, callers).Select(caller => Task.Run(async () =>
        {
            var done = 0;
            for (; Stopwatch.GetTimestamp() < end; done++)
                await operation(((done * callers) + caller) % (Licenses / callers * callers), done);
            Interlocked.Add(ref count, done);
        })));
        var seconds = Stopwatch.GetElapsedTime(since).TotalSeconds;
        var cores = (Environment.CpuUsage.TotalTime - cpu).TotalSeconds / seconds;
        var bytes = (GC.GetTotalAllocatedBytes() - allocated) / Math.Max(1, count);
        Console.WriteLine($"{name,-26} {callers,3} callers {count / seconds,10:N0}/s  {cores:F2} cores  {bytes:N0} B/op");
    }
}
