using LicenseFunctions.Storage;

namespace LicenseFunctions.Licensing.Listing;

/// <summary>The markers of a call that changes many licenses, a hundred in a transaction; see <see cref="LicenseOutbox"/>.</summary>
public sealed class BulkMarkers(ITableStore store, TimeProvider time)
{
    /// <summary>Writes one for each partition; to be done before the changes.</summary>
    public async Task<IReadOnlyList<string>> SetAsync(IEnumerable<string> partitions)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var markers = partitions.Select(partition => $"{partition}.{Guid.NewGuid():N}").ToArray();
        await CommitAsync(markers.Select(key => RowChange.Upsert(key, new() { ["schema"] = 1, ["marked_at"] = now }))).ConfigureAwait(false);
        return markers;
    }

    public Task RemoveAsync(IEnumerable<string> markers) => CommitAsync(markers.Select(key => RowChange.Delete(key, RowChange.AnyETag)));

    /// <summary>A marker that the timer has removed meanwhile would refuse the whole transaction; the others then wait for the timer too.</summary>
    private async Task CommitAsync(IEnumerable<RowChange> changes)
    {
        foreach (var some in changes.Chunk(RowLimits.Changes))
            await store.CommitAsync(TableNames.Listing, LicenseOutbox.MarkerPartition, some, CancellationToken.None).ConfigureAwait(false);
    }
}
