using LicenseFunctions.Storage;

namespace LicenseFunctions.Licensing.Listing;

/// <summary>
/// Brings the lists to what licenses have become. Every write is by revision: made twice or late it changes nothing, so
/// it may be replayed at will.
/// </summary>
public sealed class ListingWriter(ITableStore store, TimeProvider time)
{
    /// <summary>Lists that are written at once: each waits for the store, not for a processor.</summary>
    private const int AtOnce = 32;

    /// <summary>Applies what has become of licenses to the lists they are in or were in.</summary>
    public Task ApplyAsync(IEnumerable<ListChange> changes, CancellationToken cancel) =>
        Parallel.ForEachAsync(
            changes.GroupBy(change => change.Partition, StringComparer.Ordinal),
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancel },
            (list, token) => ApplyAsync(list.Key, [.. list.Select(change => change.Entry)], list.First().IsCounted, token));

    private async ValueTask ApplyAsync(string partition, ListedLicense[] licenses, bool isCounted, CancellationToken cancel)
    {
        // The count row has a place in the transaction, where there is one.
        foreach (var batch in licenses.OrderBy(each => each.License.Id).ThenBy(each => each.License.Revision).Chunk(isCounted ? RowLimits.Changes - 1 : RowLimits.Changes))
            await ConflictRetry.RunAsync(() => TryApplyAsync(partition, batch, isCounted, cancel), time, cancel).ConfigureAwait(false);
    }

    private async Task<object?> TryApplyAsync(string partition, ListedLicense[] licenses, bool isCounted, CancellationToken cancel)
    {
        var countRow = isCounted ? await store.FindAsync(TableNames.Listing, partition, ListingRows.Count, cancel).ConfigureAwait(false) : null;
        var count = ShardCount.From(countRow?.Values);
        var listed = await ReadAsync(partition, licenses, cancel).ConfigureAwait(false);
        var changes = new Dictionary<string, RowChange>(StringComparer.Ordinal);
        var states = listed.ToDictionary(row => row.Key, row => ListedLicense.From(row.Value.Values), StringComparer.Ordinal);
        foreach (var license in licenses)
        {
            var key = ListingRows.Row(license.License.Id);
            var before = states.GetValueOrDefault(key);
            if (before is not null && before.License.Revision >= license.License.Revision)
                continue;
            states[key] = license;
            count.Move(license.License.Id, StatusOf(before), StatusOf(license));
            changes[key] = listed.TryGetValue(key, out var row)
                ? RowChange.Replace(key, license.ToValues(), row.ETag)
                : RowChange.Insert(key, license.ToValues());
        }

        if (changes.Count == 0)
            return this;
        if (isCounted)
            changes[ListingRows.Count] = CountChange(countRow, count);
        var result = await store.CommitAsync(TableNames.Listing, partition, [.. changes.Values], cancel).ConfigureAwait(false);
        return result.Committed ? this : null;
    }

    /// <summary>One row alone is found; several lie close together and are listed.</summary>
    private async Task<Dictionary<string, Row>> ReadAsync(string partition, ListedLicense[] licenses, CancellationToken cancel)
    {
        var rows = new Dictionary<string, Row>(StringComparer.Ordinal);
        var (first, last) = (ListingRows.Row(licenses[0].License.Id), ListingRows.Row(licenses[^1].License.Id));
        if (first == last)
        {
            if (await store.FindAsync(TableNames.Listing, partition, first, cancel).ConfigureAwait(false) is { } row)
                rows[first] = row;
            return rows;
        }

        var range = new RowRange(TableNames.Listing, partition, ListingRows.Prefix) { From = first };
        await foreach (var row in store.ListAsync(range, cancel).ConfigureAwait(false))
        {
            if (string.CompareOrdinal(row.Key, last) > 0)
                break;
            rows[row.Key] = row;
        }

        return rows;
    }

    private static RowChange CountChange(Row? row, ShardCount count) => row is null
        ? RowChange.Insert(ListingRows.Count, count.ToValues())
        : RowChange.Replace(ListingRows.Count, count.ToValues(), row.ETag);

    private static LicenseStatus? StatusOf(ListedLicense? license) => license is { IsRemoved: false } ? license.License.Status : null;
}
