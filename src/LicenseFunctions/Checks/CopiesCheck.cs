using LicenseFunctions.Storage;

namespace LicenseFunctions.Checks;

/// <summary>All copies of a row say the same; a change that died is finished by the timer before long.</summary>
/// <param name="run">The run.</param>
/// <param name="table">The table.</param>
/// <param name="name">What the rows are.</param>
/// <param name="finishAsync">Brings all copies up to the first.</param>
internal sealed class CopiesCheck(CheckRun run, string table, string name, Func<CancellationToken, Task> finishAsync) : ITableCheck
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public ValueTask SeeAsync(Row row) => row.Partition == CopiedRow.FirstOf(row.Partition) ? default : run.LaterAsync(() => LookAsync(row));

    private async Task LookAsync(Row row)
    {
        if (await IsSameAsync(row).ConfigureAwait(false))
            return;
        // Whoever changes them now has changed all of them by then.
        await Task.Delay(Patience, run.Cancel).ConfigureAwait(false);
        if (await IsSameAsync(row).ConfigureAwait(false))
            return;
        await run.ReportAsync(name, RowShapes.Brief(row.Partition), "this copy is not what the first one is", async () =>
        {
            await finishAsync(run.Cancel).ConfigureAwait(false);
            return await IsSameAsync(row).ConfigureAwait(false);
        }).ConfigureAwait(false);
    }

    private async Task<bool> IsSameAsync(Row row)
    {
        var copy = await run.FindAsync(table, row.Partition, row.Key).ConfigureAwait(false);
        var first = await run.FindAsync(table, CopiedRow.FirstOf(row.Partition), row.Key).ConfigureAwait(false);
        return copy is null ? first is null : first is not null && copy.Values.HoldsTheSameAs(first.Values);
    }
}
