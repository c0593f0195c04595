namespace LicenseFunctions.Storage;

/// <summary>
/// The one port to storage: rows addressed by table, partition key and row key, and all-or-nothing changes to one
/// partition under ETags. It asks for no more than Azure Table Storage gives, so that everything about licenses is
/// written once above it. Implementations are safe for concurrent use, by many threads and by many processes.
/// </summary>
/// <remarks>
/// Every method throws <see cref="StorageUnavailableException"/> when the store is throttled, unreachable or slower than
/// its deadline, <see cref="OperationCanceledException"/> when <c>cancel</c> is cancelled, and
/// <see cref="ArgumentException"/> when a key, a row or a commit is over the limits in <see cref="RowLimits"/>.
/// A read sees every commit that was answered before the read began, whichever process made it.
/// </remarks>
public interface ITableStore
{
    /// <summary>Finds one row. One operation.</summary>
    /// <param name="table">One of <see cref="TableNames"/>.</param>
    /// <param name="partition">The partition key.</param>
    /// <param name="rowKey">The row key.</param>
    /// <param name="cancel">Cancels the wait.</param>
    /// <returns>The row with its ETag, or null when there is none.</returns>
    ValueTask<Row?> FindAsync(string table, string partition, string rowKey, CancellationToken cancel);

    /// <summary>
    /// Lists rows in ordinal order of partition key and row key. One operation for up to 1,000 rows. Pages are read as
    /// the caller goes on, so rows that change meanwhile may show either state; no row that stays is missed or repeated.
    /// </summary>
    /// <param name="range">Which rows.</param>
    /// <param name="cancel">Cancels the listing.</param>
    IAsyncEnumerable<Row> ListAsync(RowRange range, CancellationToken cancel);

    /// <summary>
    /// Lists the first rows of a range and finds others of the same partition, all of it begun at once: one operation for the list,
    /// unless its limit is 0, and one for each row to find. A store that can answers them on one way.
    /// </summary>
    /// <param name="head">Which rows are listed: of one partition, with a limit of at most 1,000.</param>
    /// <param name="rowKeys">The row keys of the others.</param>
    /// <param name="cancel">Cancels the wait.</param>
    /// <returns>The rows that there are: those of the list in their order, then those found in the order asked for.</returns>
    ValueTask<List<Row>> ReadAsync(RowRange head, IReadOnlyList<string> rowKeys, CancellationToken cancel) =>
        SeparateReads.ReadAsync(this, head, rowKeys, cancel);

    /// <summary>
    /// Commits a set of changes to one partition: all of them or none. One operation. When it answers
    /// <see cref="CommitResult.Committed"/> the changes are durable: for ever, or, where every row changed is a usage or
    /// window row, up to a loss of power. When an attempt of ours went through unheard, the retry notices and answers
    /// as that attempt would have, or throws where it cannot tell any more. After an exception the changes may or may not
    /// have been made; never a part of them.
    /// </summary>
    /// <param name="table">One of <see cref="TableNames"/>.</param>
    /// <param name="partition">The partition key of every change.</param>
    /// <param name="changes">1 to 100 changes to different rows.</param>
    /// <param name="cancel">Cancels the wait, not a commit already under way.</param>
    /// <returns>The new ETags in the order of the changes, or the index of a change whose condition did not hold.</returns>
    ValueTask<CommitResult> CommitAsync(
        string table, string partition, IReadOnlyList<RowChange> changes, CancellationToken cancel);
}
