using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.CompilerServices;
using LicenseFunctions.Storage;

namespace LicenseFunctions.Bench.InProcess;

/// <summary>Rows in memory, so that only what is put round it takes time.</summary>
internal sealed class MemoryStore : ITableStore
{
    private readonly ConcurrentDictionary<(string Table, string Partition), SortedDictionary<string, Row>> _partitions = new();
    private long _versions;

    public ValueTask<Row?> FindAsync(string table, string partition, string rowKey, CancellationToken cancel)
    {
        if (!_partitions.TryGetValue((table, partition), out var rows))
            return new((Row?)null);
        lock (rows)
            return new(rows.GetValueOrDefault(rowKey));
    }

    public async IAsyncEnumerable<Row> ListAsync(RowRange range, [EnumeratorCancellation] CancellationToken cancel)
    {
        var partitions = _partitions.Where(each => each.Key.Table == range.Table && (range.Partition is null ? string.CompareOrdinal(each.Key.Partition, range.AfterPartition) > 0 : each.Key.Partition == range.Partition))
            .OrderBy(each => each.Key.Partition, StringComparer.Ordinal);
        foreach (var (_, rows) in partitions)
        {
            Row[] found;
            lock (rows)
                found = [.. rows.Values.Where(row => row.Key.StartsWith(range.Prefix, StringComparison.Ordinal) && string.CompareOrdinal(row.Key, range.From ?? "") >= 0).Take(range.Limit ?? int.MaxValue)];
            foreach (var row in found)
                yield return row;
        }

        await Task.CompletedTask;
    }

    public ValueTask<CommitResult> CommitAsync(string table, string partition, IReadOnlyList<RowChange> changes, CancellationToken cancel)
    {
        RowLimits.CheckCommit(partition, changes);
        var rows = _partitions.GetOrAdd((table, partition), _ => new(StringComparer.Ordinal));
        lock (rows)
        {
            for (var i = 0; i < changes.Count; i++)
            {
                if (!Allows(changes[i], rows.GetValueOrDefault(changes[i].Key)))
                    return new(CommitResult.Refused(i));
            }

            return new(CommitResult.Done([.. changes.Select(change => Apply(rows, partition, change))]));
        }
    }

    private static bool Allows(RowChange change, Row? row) => change.Kind switch
    {
        RowChangeKind.Insert => row is null,
        RowChangeKind.Upsert => true,
        RowChangeKind.Replace or RowChangeKind.Delete => row is not null && (change.ETag == RowChange.AnyETag || change.ETag == row.ETag),
    };

    private string Apply(SortedDictionary<string, Row> rows, string partition, RowChange change)
    {
        if (change.Kind == RowChangeKind.Delete)
        {
            rows.Remove(change.Key);
            return "";
        }

        var etag = Interlocked.Increment(ref _versions).ToString(CultureInfo.InvariantCulture);
        rows[change.Key] = new Row(partition, change.Key, change.Values, etag);
        return etag;
    }
}
