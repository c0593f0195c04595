using LicenseFunctions.Licensing;
using LicenseFunctions.Licensing.Listing;
using LicenseFunctions.Storage;
using LicenseFunctions.Storage.AzureTables;

namespace LicenseFunctions.Moving;

/// <summary>Which rows leave a store, and in what order.</summary>
internal static class ExportedRows
{
    /// <summary>
    /// The tables in ordinal order. Windows and leases count what happens within a minute, here; the audit is the record
    /// of one store.
    /// </summary>
    public static IReadOnlyList<string> Tables { get; } =
        [.. TableNames.All.Except([TableNames.Limits, TableNames.Audit]).Order(StringComparer.Ordinal)];

    /// <summary>What of a row is exported; null when it stays.</summary>
    public static RowValues? Of(string table, Row row) => (table, row.Partition, row.Key) switch
    {
        (TableNames.Licenses, _, LicenseRows.Usage) => WithoutWindows(row.Values),
        // How far some work has come, which is found out anew.
        (TableNames.ApiKeys, FirstApiKey.Partition, FirstApiKey.ClaimRow) => null,
        (TableNames.Listing, ExpiredLicenses.Partition, ExpiredLicenses.Cursor) => null,
        (TableNames.Ids, NewestSchema.Partition, NewestSchema.MarkRow) => null,
        // A secret in the clear. The store that is moved to makes its own; tokens made before are refused.
        (TableNames.Catalog, DownloadTokens.Partition, DownloadTokens.SecretRow) => null,
        _ => row.Values,
    };

    /// <summary>The totals. Null where there were windows alone.</summary>
    private static RowValues? WithoutWindows(RowValues values)
    {
        var totals = new RowValues(values.Count);
        foreach (var (name, value) in values.AsSpan())
        {
            if (value.Kind != RowValueKind.Binary)
                totals[name] = value;
        }

        return totals.GetNumber("license_id") == 0 ? null : totals;
    }

    /// <summary>The order of rows in a table.</summary>
    public static int Compare(string partition, string key, string otherPartition, string otherKey) =>
        string.CompareOrdinal(partition, otherPartition) is var order and not 0 ? order : string.CompareOrdinal(key, otherKey);
}
