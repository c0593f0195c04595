using LicenseFunctions.Licensing;
using LicenseFunctions.Licensing.Listing;
using LicenseFunctions.Storage;

namespace LicenseFunctions.Checks;

/// <summary>What a list shall hold of a license, compared with what it holds, and set by force where those differ.</summary>
internal static class ListRepair
{
    /// <summary>True when the list says what it must. What changes without the lists being told of it does not count.</summary>
    public static bool Agrees(Row? row, ListChange wanted) =>
        row is null ? wanted.Entry.IsRemoved
        : ListedLicense.From(row.Values) is var listed && listed.IsRemoved == wanted.Entry.IsRemoved
            && (listed.IsRemoved || Told(listed.License) == Told(wanted.Entry.License));

    /// <summary>
    /// Replaces the list's row, whatever its revision, and moves the count with it. Both under their ETags: a change that
    /// comes meanwhile wins.
    /// </summary>
    public static async Task<bool> SetAsync(CheckRun run, ListChange wanted, Row? seen)
    {
        var (partition, entry) = (wanted.Partition, wanted.Entry);
        var key = ListingRows.Row(entry.License.Id);
        List<RowChange> changes =
        [
            seen is null ? RowChange.Insert(key, entry.ToValues()) : RowChange.Replace(key, entry.ToValues(), seen.ETag),
        ];
        if (wanted.IsCounted)
        {
            var row = await run.FindAsync(TableNames.Listing, partition, ListingRows.Count).ConfigureAwait(false);
            var count = ShardCount.From(row?.Values);
            count.Move(entry.License.Id, StatusOf(seen is null ? null : ListedLicense.From(seen.Values)), StatusOf(entry));
            changes.Add(row is null ? RowChange.Insert(ListingRows.Count, count.ToValues()) : RowChange.Replace(ListingRows.Count, count.ToValues(), row.ETag));
        }

        return await run.CommitAsync(TableNames.Listing, partition, [.. changes]).ConfigureAwait(false);
    }

    /// <summary>True when something of a license is still to be told: then its lists may be behind.</summary>
    public static async Task<bool> IsPendingAsync(CheckRun run, string partition)
    {
        await foreach (var _ in run.Store.ListAsync(new(TableNames.Licenses, partition, "outbox.") { Limit = 1 }, run.Cancel).ConfigureAwait(false))
            return true;
        return false;
    }

    public static LicenseStatus? StatusOf(ListedLicense? license) => license is { IsRemoved: false } ? license.License.Status : null;

    private static License Told(License license) => license with { ActiveCount = 0, Latest = null, MetaCount = 0, LastMetaId = 0 };
}
