using System.Runtime.CompilerServices;
using LicenseFunctions.Storage;

namespace LicenseFunctions.Observability;

/// <summary>A store that is measured while somebody listens, and else passes everything on.</summary>
/// <param name="inner">The store; it is disposed of with this one.</param>
/// <param name="system">What kind of store it is.</param>
/// <param name="meters">Where the figures go.</param>
public sealed class MeteredStore(ITableStore inner, string system, Meters meters) : ITableStore, IAsyncDisposable
{
    /// <summary>The store itself, for what only its own kind can do.</summary>
    public ITableStore Inner => inner;

    public ValueTask<Row?> FindAsync(string table, string partition, string rowKey, CancellationToken cancel) =>
        meters.WatchesStore ? MeasureFindAsync(table, partition, rowKey, cancel) : inner.FindAsync(table, partition, rowKey, cancel);

    public IAsyncEnumerable<Row> ListAsync(RowRange range, CancellationToken cancel) =>
        meters.WatchesStore ? MeasureListAsync(range, cancel) : inner.ListAsync(range, cancel);

    public ValueTask<List<Row>> ReadAsync(RowRange head, IReadOnlyList<string> rowKeys, CancellationToken cancel) =>
        meters.WatchesStore ? SeparateReads.ReadAsync(this, head, rowKeys, cancel) : inner.ReadAsync(head, rowKeys, cancel);

    public ValueTask<CommitResult> CommitAsync(string table, string partition, IReadOnlyList<RowChange> changes, CancellationToken cancel) =>
        meters.WatchesStore ? MeasureCommitAsync(table, partition, changes, cancel) : inner.CommitAsync(table, partition, changes, cancel);

    public ValueTask DisposeAsync() => inner is IAsyncDisposable disposable ? disposable.DisposeAsync() : ValueTask.CompletedTask;

    private async ValueTask<Row?> MeasureFindAsync(string table, string partition, string rowKey, CancellationToken cancel)
    {
        using var operation = new StoreOperation(meters, system, "find", table);
        try
        {
            return await inner.FindAsync(table, partition, rowKey, cancel).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            operation.Failure = e;
            throw;
        }
    }

    private async ValueTask<CommitResult> MeasureCommitAsync(string table, string partition, IReadOnlyList<RowChange> changes, CancellationToken cancel)
    {
        using var operation = new StoreOperation(meters, system, "commit", table);
        try
        {
            return await inner.CommitAsync(table, partition, changes, cancel).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            operation.Failure = e;
            throw;
        }
    }

    /// <summary>Measured until the first row is there: how long the rest takes is up to who reads it.</summary>
    private async IAsyncEnumerable<Row> MeasureListAsync(RowRange range, [EnumeratorCancellation] CancellationToken cancel)
    {
        await using var rows = inner.ListAsync(range, cancel).GetAsyncEnumerator(cancel);
        if (!await FirstAsync(range, rows).ConfigureAwait(false))
            yield break;
        do
            yield return rows.Current;
        while (await rows.MoveNextAsync().ConfigureAwait(false));
    }

    private async ValueTask<bool> FirstAsync(RowRange range, IAsyncEnumerator<Row> rows)
    {
        using var operation = new StoreOperation(meters, system, "list", range.Table);
        try
        {
            return await rows.MoveNextAsync().ConfigureAwait(false);
        }
        catch (Exception e)
        {
            operation.Failure = e;
            throw;
        }
    }
}
