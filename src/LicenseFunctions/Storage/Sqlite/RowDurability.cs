namespace LicenseFunctions.Storage.Sqlite;

/// <summary>Which rows must survive a loss of power. Every row survives the end of the process, kill -9 included.</summary>
internal static class RowDurability
{
    /// <summary>
    /// False for usage and window rows: losing the last ones admits a few requests too many or forgets when a license was
    /// last seen, which is not worth waiting for the disk on every request. Nor is it worth a page: see <see cref="UsageJournal"/>.
    /// </summary>
    public static bool MustSurvivePowerLoss(string table, string rowKey) => table switch
    {
        TableNames.Limits => false,
        TableNames.Licenses => !IsUsage(rowKey),
        _ => true,
    };

    private static bool IsUsage(string rowKey) =>
        string.Equals(rowKey, "license.usage", StringComparison.Ordinal)
        || rowKey.StartsWith("usage.", StringComparison.Ordinal);
}
