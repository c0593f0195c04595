using LicenseFunctions.Storage;

namespace LicenseFunctions.Limits;

/// <summary>Removes rows of <c>limits</c> that say nothing any more.</summary>
public sealed class StaleWindows(ITableStore store, TimeProvider time)
{
    private static readonly TimeSpan Stale = TimeSpan.FromHours(1);

    /// <summary>Removes what was last written an hour ago or earlier; a row written meanwhile stays.</summary>
    public async Task RemoveAsync(CancellationToken cancel)
    {
        var before = (time.GetUtcNow() - Stale).ToUnixTimeMilliseconds();
        await foreach (var row in store.ListAsync(new(TableNames.Limits, null), cancel).ConfigureAwait(false))
        {
            if (row.Values.GetNumber("written_at") < before)
                await store.CommitAsync(TableNames.Limits, row.Partition, [RowChange.Delete(row.Key, row.ETag)], cancel).ConfigureAwait(false);
        }
    }
}
