using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using LicenseFunctions.Storage;

namespace LicenseFunctions.Bench.InProcess;

/// <summary>Counts what a store is asked for; with a service's latency and limits where they are given.</summary>
internal sealed class MeteredStore(ITableStore inner, Latency? latency = null, double perPartition = 0, double perAccount = 0) : ITableStore
{
    private readonly ConcurrentDictionary<(string Table, string Partition), Allowance> _partitions = new();
    private readonly Allowance _account = new(perAccount);
    private long _finds;
    private long _lists;
    private long _commits;
    private long _throttled;

    public long Finds => Interlocked.Read(ref _finds);

    public long Lists => Interlocked.Read(ref _lists);

    public long Commits => Interlocked.Read(ref _commits);

    public long Operations => Finds + Lists + Commits;

    /// <summary>Answers of the service that asked to come again; they cost like any other.</summary>
    public long Throttled => Interlocked.Read(ref _throttled);

    public async ValueTask<Row?> FindAsync(string table, string partition, string rowKey, CancellationToken cancel)
    {
        Interlocked.Increment(ref _finds);
        await PassAsync(table, partition, cancel);
        return await inner.FindAsync(table, partition, rowKey, cancel);
    }

    public async IAsyncEnumerable<Row> ListAsync(RowRange range, [EnumeratorCancellation] CancellationToken cancel)
    {
        Interlocked.Increment(ref _lists);
        await PassAsync(range.Table, range.Partition ?? "", cancel);
        await foreach (var row in inner.ListAsync(range, cancel))
            yield return row;
    }

    public async ValueTask<CommitResult> CommitAsync(string table, string partition, IReadOnlyList<RowChange> changes, CancellationToken cancel)
    {
        Interlocked.Increment(ref _commits);
        await PassAsync(table, partition, cancel);
        return await inner.CommitAsync(table, partition, changes, cancel);
    }

    private async ValueTask PassAsync(string table, string partition, CancellationToken cancel)
    {
        if (latency is null)
            return;
        await latency.PassAsync();
        for (var attempt = 0; !_partitions.GetOrAdd((table, partition), _ => new(perPartition)).TryTake() || !_account.TryTake(); attempt++)
        {
            Interlocked.Increment(ref _throttled);
            if (attempt == 7)
                throw new StorageUnavailableException("The store is throttled.");
            // As the client of the service waits: longer each time, with jitter.
            await Task.Delay(TimeSpan.FromMilliseconds((20 << attempt) * (0.8 + (0.4 * Random.Shared.NextDouble()))), cancel);
        }
    }
}
