using LicenseFunctions.Licensing;
using LicenseFunctions.Licensing.Listing;
using LicenseFunctions.Storage;

namespace LicenseFunctions.Checks;

/// <summary>Lists hold only licenses that there are, each where it belongs.</summary>
internal sealed class ListRowsCheck(CheckRun run) : ITableCheck
{
    private const string Name = "lists";

    public ValueTask SeeAsync(Row row) => row.Key.StartsWith(ListingRows.Prefix, StringComparison.Ordinal) && !row.Values.GetBoolean("removed")
        ? run.LaterAsync(() => LookAsync(row))
        : default;

    private async Task LookAsync(Row row)
    {
        var listed = ListedLicense.From(row.Values).License;
        var partition = LicenseRows.Partition(listed.Key);
        // A license is changed before its lists are told: so whatever is about to be told stands in its outbox by now.
        if (await BelongsAsync(row, listed, partition).ConfigureAwait(false)
            || await ListRepair.IsPendingAsync(run, partition).ConfigureAwait(false)
            || await BelongsAsync(row, listed, partition).ConfigureAwait(false)
            || !await run.IsStillAsync(TableNames.Listing, row).ConfigureAwait(false))
        {
            return;
        }

        var gone = new ListChange(row.Partition, Lists.IsCounted(row.Partition), new(listed, true));
        await run.ReportAsync(
            Name, Subjects.Of(listed), $"it is in {Lists.Shown(row.Partition)} and does not belong there",
            () => ListRepair.SetAsync(run, gone, row)).ConfigureAwait(false);
    }

    private async Task<bool> BelongsAsync(Row row, License listed, string partition) =>
        await run.FindAsync(TableNames.Licenses, partition, LicenseRows.License).ConfigureAwait(false) is { } found
        && License.From(found.Values) is { } license && license.Id == listed.Id
        && ListChange.Of(license, false, null, null).Any(each => each.Partition == row.Partition && !each.Entry.IsRemoved);
}
