using System.Diagnostics;
using LicenseFunctions.Storage;
using LicenseFunctions.Storage.Sqlite;

namespace LicenseFunctions.StoreProbe;

/// <summary>Conditional commits on rows of its own, as fast as they go; beside another process on the same file.</summary>
internal static class Load
{
    public static async Task<int> RunAsync(string path, string name, int seconds, int callers, string kind)
    {
        await using var store = await SqliteTableStore.OpenAsync(path, CancellationToken.None);
        // Both processes begin when both are ready.
        Console.WriteLine("ready");
        Console.ReadLine();
        var end = Stopwatch.GetTimestamp() + (seconds * Stopwatch.Frequency);
        var stall = Task.Factory.StartNew(() => LongestStall(end), default, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        var waits = await Task.WhenAll(Enumerable.Range(0, callers).Select(
            caller => Task.Run(() => CommitAsync(store, $"{name}-{caller}", kind, end))));
        var all = waits.SelectMany(w => w).Order().ToArray();
        var log = new FileInfo(path + "-wal").Length;
        Console.WriteLine($"{all.Length} commits, p50 {At(all, 0.5):F2} p99 {At(all, 0.99):F2} p99.9 {At(all, 0.999):F2} max {all[^1]:F2} ms, log {log / 1048576.0:F1} MB, stalled for {await stall:F2} ms");
        return 0;
    }

    private static async Task<List<double>> CommitAsync(SqliteTableStore store, string partition, string kind, long end)
    {
        var table = kind == "durable" ? TableNames.Catalog : TableNames.Limits;
        var waits = new List<double>();
        var etag = (await store.CommitAsync(table, partition, [RowChange.Upsert("a", Values(0))], default)).ETags[0];
        while (Stopwatch.GetTimestamp() < end)
        {
            var since = Stopwatch.GetTimestamp();
            var result = await store.CommitAsync(table, partition, [RowChange.Replace("a", Values(waits.Count), etag)], default);
            waits.Add(Stopwatch.GetElapsedTime(since).TotalMilliseconds);
            if (!result.Committed)
                throw new InvalidOperationException("Nobody else writes this row.");
            etag = result.ETags[0];
        }

        return waits;
    }

    /// <summary>How long the machine lets a thread wait, at most, that wants to run every millisecond: in milliseconds.</summary>
    private static double LongestStall(long end)
    {
        var longest = 0.0;
        for (var since = Stopwatch.GetTimestamp(); since < end; since = Stopwatch.GetTimestamp())
        {
            Thread.Sleep(1);
            longest = Math.Max(longest, Stopwatch.GetElapsedTime(since).TotalMilliseconds);
        }

        return longest;
    }

    private static RowValues Values(long n) => new() { ["n"] = n, ["last"] = n, ["window"] = new byte[100] };

    private static double At(double[] sorted, double share) => sorted[(int)(sorted.Length * share)];
}
