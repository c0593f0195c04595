using LicenseFunctions.Licensing;
using LicenseFunctions.Licensing.Contracting;
using LicenseFunctions.Storage;

namespace LicenseFunctions.Checks;

/// <summary>
/// Products, generators, contracts and downloads: what leads to them leads to what is there and back, their numbers were
/// given, and nothing is left of products that are gone.
/// </summary>
internal sealed class CatalogCheck(CheckRun run) : ITableCheck
{
    private const string Name = "catalog";

    private static readonly string[] Partitions = [ProductRows.Partition, "generator", "contract", "download"];

    private CatalogRows _rows = new();

    public ValueTask SeeAsync(Row row)
    {
        _rows.Add(row);
        return default;
    }

    public ValueTask EndAsync(string partition, bool isSound)
    {
        var rows = _rows;
        _rows = new();
        return isSound && Partitions.Contains(partition) ? run.LaterAsync(() => LookAsync(partition, rows)) : default;
    }

    /// <summary>These sets are small and change rarely: what is wrong in two readings of them is wrong.</summary>
    private async Task LookAsync(string partition, CatalogRows first)
    {
        var products = partition == ProductRows.Partition ? 0 : await NextAsync(ProductRows.Partition).ConfigureAwait(false);
        var seen = first.Flaws(products).Select(flaw => (flaw.Subject, flaw.Problem)).ToHashSet();
        if (seen.Count == 0)
            return;
        var second = new CatalogRows();
        await foreach (var row in run.Store.ListAsync(new(TableNames.Catalog, partition), run.Cancel).ConfigureAwait(false))
            second.Add(row);
        products = partition == ProductRows.Partition ? 0 : await NextAsync(ProductRows.Partition).ConfigureAwait(false);
        foreach (var flaw in second.Flaws(products).Where(flaw => seen.Contains((flaw.Subject, flaw.Problem))).ToArray())
        {
            await run.ReportAsync(
                Name, flaw.Subject, flaw.Problem,
                flaw.Mend is null ? null : () => run.CommitAsync(TableNames.Catalog, partition, flaw.Mend)).ConfigureAwait(false);
        }
    }

    private async Task<long> NextAsync(string kind) =>
        (await run.FindAsync(TableNames.Catalog, kind, "next").ConfigureAwait(false))?.Values.GetNumber("id") ?? 1;
}
