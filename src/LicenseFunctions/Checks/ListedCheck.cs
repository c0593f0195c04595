using LicenseFunctions.Licensing;
using LicenseFunctions.Licensing.Listing;
using LicenseFunctions.Storage;

namespace LicenseFunctions.Checks;

/// <summary>Every license is in each of its lists, as it is.</summary>
internal sealed class ListedCheck(CheckRun run) : ITableCheck
{
    private const string Name = "lists";

    public ValueTask SeeAsync(Row row) => row.Key == LicenseRows.License ? run.LaterAsync(() => LookAsync(row)) : default;

    private async Task LookAsync(Row row)
    {
        foreach (var wanted in WantedOf(License.From(row.Values)))
        {
            if (!ListRepair.Agrees(await FindAsync(wanted).ConfigureAwait(false), wanted))
                await LookAgainAsync(row.Partition, wanted.Partition).ConfigureAwait(false);
        }
    }

    /// <summary>Reads the license before and after its list; between two equal states the list had to be right, unless somebody is about to tell it.</summary>
    private async Task LookAgainAsync(string partition, string list)
    {
        var before = await run.FindAsync(TableNames.Licenses, partition, LicenseRows.License).ConfigureAwait(false);
        if (before is null || License.From(before.Values) is not { } license
            || WantedOf(license).FirstOrDefault(each => each.Partition == list) is not { } wanted
            || await ListRepair.IsPendingAsync(run, partition).ConfigureAwait(false))
        {
            return;
        }

        var row = await FindAsync(wanted).ConfigureAwait(false);
        var isNew = row is null && !run.IsOlder(license.CreatedAt, Bounds.Creation);
        if (isNew || ListRepair.Agrees(row, wanted)
            || (await run.FindAsync(TableNames.Licenses, partition, LicenseRows.License).ConfigureAwait(false)) is not { } after
            || License.From(after.Values).Revision != license.Revision)
        {
            return;
        }

        var problem = row is null ? "is missing from" : "is told wrongly by";
        await run.ReportAsync(Name, Subjects.Of(license), $"it {problem} {Lists.Shown(list)}", () => ListRepair.SetAsync(run, wanted, row)).ConfigureAwait(false);
    }

    private ValueTask<Row?> FindAsync(ListChange wanted) => run.FindAsync(TableNames.Listing, wanted.Partition, ListingRows.Row(wanted.Entry.License.Id));

    private static IEnumerable<ListChange> WantedOf(License license) => ListChange.Of(license, false, null, null);
}
