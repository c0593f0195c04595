using System.Runtime.CompilerServices;

namespace LicenseFunctions.Storage.Sqlite;

/// <summary>
/// The embedded store: one SQLite file on a local disk, which several processes may have open. Order is ordinal by UTF-16
/// unit, exactly. Text that is not well-formed UTF-16 is refused with <see cref="ArgumentException"/>.
/// </summary>
public sealed class SqliteTableStore : ITableStore, IAsyncDisposable
{
    /// <summary>How long an operation may wait, before the watch's next round (an eighth of this) ends it.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);

    private readonly StoreWriter _writer;

    private SqliteTableStore(StoreWriter writer) => _writer = writer;

    /// <summary>Opens the store; creates its folder, file and tables where they are missing.</summary>
    /// <param name="path">The file; a relative path counts from the current directory.</param>
    /// <param name="cancel">Cancels the wait for another process that is opening the file too.</param>
    /// <exception cref="StoreCannotOpenException">With one line for the operator.</exception>
    public static Task<SqliteTableStore> OpenAsync(string path, CancellationToken cancel) =>
        OpenAsync(path, Patience, StorePace.Default, cancel);

    internal static Task<SqliteTableStore> OpenAsync(string path, TimeSpan patience, StorePace pace, CancellationToken cancel) => Task.Run(
        () => new SqliteTableStore(new StoreWriter(StoreFile.Open(path, patience, pace, cancel), patience)), cancel);

    public ValueTask<Row?> FindAsync(string table, string partition, string rowKey, CancellationToken cancel)
    {
        RowLimits.CheckKey(partition);
        RowLimits.CheckKey(rowKey);
        var work = new FindWork(RowTables.IndexOf(table), partition, rowKey);
        Hand(work, cancel);
        return new ValueTask<Row?>(work, work.Token);
    }

    public ValueTask<List<Row>> ReadAsync(RowRange head, IReadOnlyList<string> rowKeys, CancellationToken cancel)
    {
        RowLimits.CheckHead(head);
        foreach (var rowKey in rowKeys)
            RowLimits.CheckKey(rowKey);
        var work = new HeadWork(RowTables.IndexOf(head.Table), head, First(head).Key, rowKeys);
        Hand(work, cancel);
        return new ValueTask<List<Row>>(work, work.Token);
    }

    public ValueTask<CommitResult> CommitAsync(
        string table, string partition, IReadOnlyList<RowChange> changes, CancellationToken cancel)
    {
        RowLimits.CheckCommit(partition, changes);
        var work = new CommitWork(table, partition, changes);
        Hand(work, cancel);
        return new ValueTask<CommitResult>(work, work.Token);
    }

    public IAsyncEnumerable<Row> ListAsync(RowRange range, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(range);
        RowLimits.CheckRange(range);
        return ListPagesAsync(RowTables.IndexOf(range.Table), range, cancel);
    }

    public ValueTask DisposeAsync() => _writer.DisposeAsync();

    private async IAsyncEnumerable<Row> ListPagesAsync(
        int table, RowRange range, [EnumeratorCancellation] CancellationToken cancel)
    {
        var partition = range.Partition is null ? null : KeyText.Encode(range.Partition);
        var end = KeyText.EndOfPrefix(range.Prefix);
        ListPosition? next = First(range);
        var left = range.Limit ?? int.MaxValue;
        while (left > 0 && next is { } from)
        {
            var work = new ListWork(table, partition, from, end, partition is null ? RowLimits.PageRows : Math.Min(left, RowLimits.PageRows));
            Hand(work, cancel);
            await new ValueTask(work, work.Token).ConfigureAwait(false);
            foreach (var stored in work.Page)
            {
                var row = stored.ToRow(range.Partition);
                if (!row.Key.StartsWith(range.Prefix, StringComparison.Ordinal))
                    continue;
                yield return row;
                if (--left == 0)
                    yield break;
            }

            next = work.Next;
        }
    }

    private static ListPosition First(RowRange range)
    {
        if (range.Partition is null)
            return new(range.AfterPartition is { } before ? KeyText.After(KeyText.Encode(before)) : KeyText.Lowest.ToArray(), KeyText.Lowest.ToArray());
        var from = string.CompareOrdinal(range.From, range.Prefix) > 0 ? range.From! : range.Prefix;
        return new([], from.Length == 0 ? KeyText.Lowest.ToArray() : KeyText.Encode(from));
    }

    private void Hand(StoreWork work, CancellationToken cancel)
    {
        work.StartWaiting(cancel);
        if (!work.IsSettled)
            _writer.Add(work);
    }
}
