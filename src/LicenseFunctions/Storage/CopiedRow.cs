namespace LicenseFunctions.Storage;

/// <summary>
/// A row that every request reads and that hardly ever changes, kept in several partitions: one partition answers no more
/// than about 2,000 operations a second, and this row would otherwise bound the whole deployment. The first copy decides; a
/// change is answered once all copies have it, so whichever copy a later request reads, it sees the change.
/// </summary>
/// <param name="store">The store.</param>
/// <param name="time">The clock.</param>
/// <param name="table">One of <see cref="TableNames"/>.</param>
/// <param name="partition">The partition key of the first copy, without a dot; those of the others add a dot and their number.</param>
/// <param name="rowKey">The row key of all copies.</param>
public sealed class CopiedRow(ITableStore store, TimeProvider time, string table, string partition, string rowKey)
{
    /// <summary>Together they take 16,000 reads a second, most of what an account does.</summary>
    public const int Copies = 8;

    private const char Mark = '.';

    private static readonly string[] Digits = [.. Enumerable.Range(0, Copies).Select(copy => copy.ToString(System.Globalization.CultureInfo.InvariantCulture))];

    private readonly string?[] _partitions = new string?[Copies];

    /// <summary>Reads one of the copies; says which. One operation.</summary>
    public ValueTask<Row?> FindAnyAsync(out int copy, CancellationToken cancel)
    {
        copy = Random.Shared.Next(Copies);
        return store.FindAsync(table, PartitionOf(copy), rowKey, cancel);
    }

    /// <summary>
    /// Reads two of the copies at once and takes the answer that comes first, since either has whatever was answered before:
    /// the median of the sooner of two is about half of one's. Two operations.
    /// </summary>
    /// <returns>The row, and which copy it is.</returns>
    public async Task<(Row? Row, int Copy)> FindSoonestAsync(CancellationToken cancel)
    {
        var copy = Random.Shared.Next(Copies);
        var second = (copy + 1 + Random.Shared.Next(Copies - 1)) % Copies;
        var (one, other) = (FindCopyAsync(copy, cancel), FindCopyAsync(second, cancel));
        var sooner = await Task.WhenAny(one, other).ConfigureAwait(false);
        var later = sooner == one ? other : one;
        if (!sooner.IsCompletedSuccessfully)
            (sooner, later) = (later, sooner);
        // Nobody waits for it any more; whether it failed is of no interest.
        _ = later.ContinueWith(static done => done.Exception, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        return (await sooner.ConfigureAwait(false), sooner == one ? copy : second);
    }

    /// <summary>Reads the copy that decides.</summary>
    public ValueTask<Row?> FindFirstAsync(CancellationToken cancel) => store.FindAsync(table, partition, rowKey, cancel);

    /// <summary>Changes the row in all copies.</summary>
    /// <param name="before">As it was found in the first copy; null to add it.</param>
    /// <param name="values">The new values.</param>
    /// <param name="cancel">Cancels the wait; then not all copies may have the change, until <see cref="SpreadAsync"/> is done.</param>
    /// <returns>False when the row changed meanwhile; then nothing was done.</returns>
    public async Task<bool> TryChangeAsync(Row? before, RowValues values, CancellationToken cancel)
    {
        var change = before is null ? RowChange.Insert(rowKey, values) : RowChange.Replace(rowKey, values, before.ETag);
        if (!(await store.CommitAsync(table, partition, [change], cancel).ConfigureAwait(false)).Committed)
            return false;
        await SpreadAsync(cancel).ConfigureAwait(false);
        return true;
    }

    /// <summary>Brings every copy up to the first: what a change that died had left to do. Reads the first alone where there is no row.</summary>
    public async Task SpreadAsync(CancellationToken cancel)
    {
        if (await FindFirstAsync(cancel).ConfigureAwait(false) is null)
            return;
        await Task.WhenAll(Enumerable.Range(1, Copies - 1).Select(copy =>
            ConflictRetry.RunAsync(() => TrySpreadAsync(PartitionOf(copy), cancel), time, cancel))).ConfigureAwait(false);
        // Who removed the row meanwhile may have been past a copy before it was written.
        if (await FindFirstAsync(cancel).ConfigureAwait(false) is null)
            await RemoveCopiesAsync(cancel).ConfigureAwait(false);
    }

    /// <summary>Removes the row: the first after the others, so that no copy is ever left alone.</summary>
    public async Task RemoveAsync(CancellationToken cancel)
    {
        await RemoveCopiesAsync(cancel).ConfigureAwait(false);
        await RemoveAsync(0, cancel).ConfigureAwait(false);
        // What was spread meanwhile was so before the first was gone; who spreads later looks again.
        await RemoveCopiesAsync(cancel).ConfigureAwait(false);
    }

    private async Task RemoveCopiesAsync(CancellationToken cancel)
    {
        for (var copy = Copies - 1; copy > 0; copy--)
            await RemoveAsync(copy, cancel).ConfigureAwait(false);
    }

    private async Task RemoveAsync(int copy, CancellationToken cancel)
    {
        if (await store.FindAsync(table, PartitionOf(copy), rowKey, cancel).ConfigureAwait(false) is { } row)
            await store.CommitAsync(table, row.Partition, [RowChange.Delete(rowKey, row.ETag)], cancel).ConfigureAwait(false);
    }

    /// <summary>The partition key of the first of the copies to which a partition belongs; the same for the first itself.</summary>
    public static string FirstOf(string partition) => partition.LastIndexOf(Mark) is var at and > 0 ? partition[..at] : partition;

    private Task<Row?> FindCopyAsync(int copy, CancellationToken cancel) => store.FindAsync(table, PartitionOf(copy), rowKey, cancel).AsTask();

    private string PartitionOf(int copy) => copy == 0 ? partition : _partitions[copy] ??= partition + Mark + Digits[copy];

    /// <summary>The first is read after the copy: so the copy is never put back to what the first was before.</summary>
    private async Task<object?> TrySpreadAsync(string copy, CancellationToken cancel)
    {
        var found = await store.FindAsync(table, copy, rowKey, cancel).ConfigureAwait(false);
        var first = await FindFirstAsync(cancel).ConfigureAwait(false);
        if (first is null || (found is not null && found.Values.HoldsTheSameAs(first.Values)))
            return Done;
        var change = found is null ? RowChange.Insert(rowKey, first.Values) : RowChange.Replace(rowKey, first.Values, found.ETag);
        return (await store.CommitAsync(table, copy, [change], cancel).ConfigureAwait(false)).Committed ? Done : null;
    }

    private static object Done { get; } = new();
}
