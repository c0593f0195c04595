using LicenseFunctions.Licensing;
using LicenseFunctions.Storage;

namespace LicenseFunctions.Checks;

/// <summary>
/// Every copy of an entry of telemetry stands where it belongs and has its entry, by which it is removed in time. (An entry
/// may lack copies: then it was never answered.)
/// </summary>
internal sealed class TelemetryCheck(CheckRun run) : ITableCheck
{
    public ValueTask SeeAsync(Row row) => run.LaterAsync(() => LookAsync(row));

    private async Task LookAsync(Row row)
    {
        var entry = TelemetryEntry.From(row.Values);
        var own = TelemetryRows.OwnPartition(entry);
        var isPlaced = row.Key == TelemetryRows.Key(entry.CreatedAt, entry.Id)
            && (row.Partition == own || TelemetryRows.CopyPartitions(entry).Contains(row.Partition));
        if (isPlaced && (row.Partition == own || await run.FindAsync(TableNames.Telemetry, own, row.Key).ConfigureAwait(false) is not null))
            return;
        if (!await run.IsStillAsync(TableNames.Telemetry, row).ConfigureAwait(false))
            return;
        await run.ReportAsync(
            "telemetry", $"entry {entry.Id}", isPlaced ? "a copy is left of an entry that is gone" : "it stands where it does not belong",
            () => run.CommitAsync(TableNames.Telemetry, row.Partition, RowChange.Delete(row.Key, row.ETag))).ConfigureAwait(false);
    }
}
