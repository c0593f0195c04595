using LicenseFunctions.Licensing.Contracting;
using LicenseFunctions.Licensing.Listing;
using LicenseFunctions.Storage;

namespace LicenseFunctions.Checks;

/// <summary>
/// No contract has more licenses than its quantity, unless that was lowered since: then none was made after the change.
/// </summary>
internal sealed class QuotaCheck(CheckRun run) : ITableCheck
{
    public ValueTask SeeAsync(Row row) =>
        row.Partition == "contract" && row.Key.StartsWith("id.", StringComparison.Ordinal) ? run.LaterAsync(() => LookAsync(row)) : default;

    private async Task LookAsync(Row row)
    {
        var contract = Contract.From(row.Values);
        var (count, newest) = (0, 0L);
        await foreach (var each in run.Store.ListAsync(new(TableNames.Listing, ListingRows.Contract(contract.Id), ListingRows.Prefix), run.Cancel).ConfigureAwait(false))
        {
            if (ListedLicense.From(each.Values) is { IsRemoved: false } listed)
                (count, newest) = (count + 1, Math.Max(newest, listed.License.CreatedAt));
        }

        // A call that was under way during the change still had the former quantity.
        if (count > contract.Quantity && newest > contract.UpdatedAt + Bounds.Creation.TotalMilliseconds
            && await run.IsStillAsync(TableNames.Catalog, row).ConfigureAwait(false))
        {
            await run.ReportAsync("quotas", $"contract {contract.Id}", $"{count} licenses were made under it, it allows {contract.Quantity}").ConfigureAwait(false);
        }
    }
}
