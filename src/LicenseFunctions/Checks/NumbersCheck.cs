using LicenseFunctions.Licensing;
using LicenseFunctions.Storage;

namespace LicenseFunctions.Checks;

/// <summary>No license has, or refers to, a number that was never given. (What a number was given to may be gone since.)</summary>
internal sealed class NumbersCheck(CheckRun run) : ITableCheck
{
    private const string Name = "numbers";

    private readonly Dictionary<string, long> _next = new(StringComparer.Ordinal);

    public async ValueTask SeeAsync(Row row)
    {
        if (row.Key != LicenseRows.License)
            return;
        var license = License.From(row.Values);
        if (!await IsGivenAsync(TableNames.Ids, "license", license.Id).ConfigureAwait(false))
            await run.ReportAsync(Name, Subjects.Of(license), "its number was never given: another license may get it too", () => RaiseAsync(license.Id)).ConfigureAwait(false);
        if (!await IsGivenAsync(TableNames.Catalog, ProductRows.Partition, license.ProductId).ConfigureAwait(false))
            await run.ReportAsync(Name, Subjects.Of(license), $"there never was a product {license.ProductId}").ConfigureAwait(false);
        if (license.ContractId is { } contract && !await IsGivenAsync(TableNames.Catalog, "contract", contract).ConfigureAwait(false))
            await run.ReportAsync(Name, Subjects.Of(license), $"there never was a contract {contract}").ConfigureAwait(false);
    }

    /// <summary>Read anew before it is said that a number was not given.</summary>
    private async ValueTask<bool> IsGivenAsync(string table, string kind, long number)
    {
        if (number >= 1 && number < _next.GetValueOrDefault(kind))
            return true;
        _next[kind] = (await run.FindAsync(table, kind, "next").ConfigureAwait(false))?.Values.GetNumber("id") ?? 1;
        return number >= 1 && number < _next[kind];
    }

    private async Task<bool> RaiseAsync(long given)
    {
        var row = await run.FindAsync(TableNames.Ids, "license", "next").ConfigureAwait(false);
        var next = new RowValues { ["schema"] = 1, ["id"] = given + 1 };
        return row?.Values.GetNumber("id") > given
            || await run.CommitAsync(TableNames.Ids, "license", row is null ? RowChange.Insert("next", next) : RowChange.Replace("next", next, row.ETag)).ConfigureAwait(false);
    }
}
