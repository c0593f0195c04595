using LicenseFunctions.Licensing;
using LicenseFunctions.Storage;

namespace LicenseFunctions.Checks;

/// <summary>All copies of the block rules say the same; a change that died is finished by the timer before long.</summary>
internal sealed class CopiesCheck(CheckRun run, AccessRules rules) : ITableCheck
{
    private const string First = "rules";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public ValueTask SeeAsync(Row row) => row.Partition == First ? default : run.LaterAsync(() => LookAsync(row));

    private async Task LookAsync(Row row)
    {
        if (await IsSameAsync(row).ConfigureAwait(false))
            return;
        // Whoever changes them now has changed all of them by then.
        await Task.Delay(Patience, run.Cancel).ConfigureAwait(false);
        if (await IsSameAsync(row).ConfigureAwait(false))
            return;
        await run.ReportAsync("block rules", row.Partition, "this copy is not what the first one is", async () =>
        {
            await rules.FinishChangesAsync(run.Cancel).ConfigureAwait(false);
            return await IsSameAsync(row).ConfigureAwait(false);
        }).ConfigureAwait(false);
    }

    private async Task<bool> IsSameAsync(Row row)
    {
        var copy = await run.FindAsync(TableNames.Access, row.Partition, row.Key).ConfigureAwait(false);
        var first = await run.FindAsync(TableNames.Access, First, row.Key).ConfigureAwait(false);
        return copy is not null && first is not null && copy.Values["rules"] == first.Values["rules"];
    }
}
