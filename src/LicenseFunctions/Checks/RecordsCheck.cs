using LicenseFunctions.Storage;

namespace LicenseFunctions.Checks;

/// <summary>Records of named requests beside licenses go once they have served their time.</summary>
internal sealed class RecordsCheck(CheckRun run) : ITableCheck
{
    public ValueTask SeeAsync(Row row) =>
        row.Key.StartsWith("idem.", StringComparison.Ordinal) && run.IsOlder(row.Values.GetNumber("recorded_at"), Bounds.Day)
            ? run.LaterAsync(() => LookAsync(row))
            : default;

    private async Task LookAsync(Row row)
    {
        if (await run.IsStillAsync(TableNames.Licenses, row).ConfigureAwait(false))
        {
            await run.ReportAsync(
                "records", $"{RowShapes.Brief(row.Partition)} {RowShapes.Brief(row.Key)}", "a record that has served its time and was not removed",
                () => run.CommitAsync(TableNames.Licenses, row.Partition, RowChange.Delete(row.Key, row.ETag))).ConfigureAwait(false);
        }
    }
}
