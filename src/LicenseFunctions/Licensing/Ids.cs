using LicenseFunctions.Storage;

namespace LicenseFunctions.Licensing;

/// <summary>Numbers that are given once: unique and rising, not without gaps.</summary>
public sealed class Ids(ITableStore store, TimeProvider time)
{
    private const string Row = "next";

    /// <summary>Reserves a run of numbers and answers the first.</summary>
    public async Task<long> ReserveAsync(string kind, int count, CancellationToken cancel) =>
        (await ConflictRetry.RunAsync(() => TryReserveAsync(kind, count, cancel), time, cancel).ConfigureAwait(false)).First;

    private async Task<Run?> TryReserveAsync(string kind, int count, CancellationToken cancel)
    {
        var row = await store.FindAsync(TableNames.Ids, kind, Row, cancel).ConfigureAwait(false);
        var first = row?.Values.GetNumber("id") ?? 1;
        var next = new RowValues { ["schema"] = 1, ["id"] = first + count };
        var result = await store.CommitAsync(
            TableNames.Ids, kind, [row is null ? RowChange.Insert(Row, next) : RowChange.Replace(Row, next, row.ETag)], cancel)
            .ConfigureAwait(false);
        return result.Committed ? new Run(first) : null;
    }

    private sealed record Run(long First);
}
