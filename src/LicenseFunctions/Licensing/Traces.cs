using LicenseFunctions.Limits;
using LicenseFunctions.Storage;

namespace LicenseFunctions.Licensing;

/// <summary>
/// What a request that names itself leaves beside what it changes, in the same transaction, under its own number: so an
/// attempt that resumes it knows its own work from what others did, and answers what the first one would have.
/// </summary>
public sealed class Traces(ITableStore store, TimeProvider time)
{
    /// <summary>The partition of what has no partition of the catalog.</summary>
    public const string Elsewhere = "trace";

    private const string Prefix = "trace.";
    private const string LeftAt = "left_at";

    private static readonly string[] _partitions = [ProductRows.Partition, Contracting.Contracts.Partition, Elsewhere];

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>
    /// The row that belongs into the transaction of the change; none when the request does not name itself. It is inserted:
    /// where the commit of an earlier attempt, thought dead, has landed meanwhile, that of this one is refused.
    /// </summary>
    /// <param name="operation">The request.</param>
    /// <param name="values">What its answer is made of.</param>
    public IReadOnlyList<RowChange> Rows(Operation? operation, RowValues values)
    {
        if (operation is null)
            return [];
        var trace = values.Copy();
        trace[LeftAt] = Now;
        return [RowChange.Insert(KeyOf(operation), trace)];
    }

    /// <summary>Leaves a trace ahead of what cannot be one transaction. What another attempt has left already; null when there was nothing.</summary>
    public async Task<RowValues?> LeaveAsync(string partition, Operation? operation, RowValues values, CancellationToken cancel)
    {
        if (operation is null)
            return null;
        var result = await store.CommitAsync(TableNames.Catalog, partition, Rows(operation, values), cancel).ConfigureAwait(false);
        return result.Committed ? null : await FindLeftAsync(partition, operation, cancel).ConfigureAwait(false);
    }

    /// <summary>What an earlier attempt has left; null when it did not come so far, or there was none.</summary>
    public async Task<RowValues?> FindAsync(string partition, Operation? operation, CancellationToken cancel) =>
        operation is { IsResumed: true } ? await FindLeftAsync(partition, operation, cancel).ConfigureAwait(false) : null;

    /// <summary>What any attempt has left, looked for after a commit with a trace was refused; null when it lost to something else.</summary>
    public async Task<RowValues?> FindLeftAsync(string partition, Operation? operation, CancellationToken cancel) =>
        operation is null ? null : (await store.FindAsync(TableNames.Catalog, partition, KeyOf(operation), cancel).ConfigureAwait(false))?.Values;

    /// <summary>Removes those whose requests are resumed no more. Called by a timer.</summary>
    public async Task RemoveOldAsync(CancellationToken cancel)
    {
        foreach (var partition in _partitions)
        {
            await foreach (var row in store.ListAsync(new(TableNames.Catalog, partition, Prefix), cancel).ConfigureAwait(false))
            {
                if (Now - row.Values.GetNumber(LeftAt) > (IdempotentRequest.Holds + TimeSpan.FromHours(1)).TotalMilliseconds)
                    await store.CommitAsync(TableNames.Catalog, partition, [RowChange.Delete(row.Key, row.ETag)], cancel).ConfigureAwait(false);
            }
        }
    }

    private static string KeyOf(Operation operation) => $"{Prefix}{operation.Id:N}";
}
