using LicenseFunctions.Licensing;
using LicenseFunctions.Storage;

namespace LicenseFunctions.Checks;

/// <summary>
/// Changes rows of a license's partition, and its usage row with them: servers take an unchanged usage row for proof that
/// what they remember of the license holds (<see cref="LicenseUsage.Witness"/>).
/// </summary>
internal static class LicenseRepair
{
    public static async Task<bool> CommitAsync(CheckRun run, string partition, params RowChange[] changes)
    {
        var usage = await run.FindAsync(TableNames.Licenses, partition, LicenseRows.Usage).ConfigureAwait(false);
        return await run.CommitAsync(TableNames.Licenses, partition, [.. changes, LicenseUsage.WitnessOf(usage)]).ConfigureAwait(false);
    }
}
