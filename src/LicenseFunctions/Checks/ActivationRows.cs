using LicenseFunctions.Licensing;
using LicenseFunctions.Storage;

namespace LicenseFunctions.Checks;

/// <summary>
/// Looks at the rows of a partition one by one. The rows of an activation come and go in one transaction, so two reads of
/// the one with a read of the other between them tell whether that is missing, whatever happens meanwhile.
/// </summary>
internal sealed class ActivationRows(CheckRun run, string check, string subject)
{
    public async Task LookAsync(License? license, Row row)
    {
        var kind = PartitionTally.KindOf(row);
        if (kind is not ("activation" or "usage" or "meta" or LicenseRows.Recent))
            return;
        var hash = PartitionTally.HashOf(row);
        if (row.Values.GetNumber("license_id") != license?.Id)
            await OrphanAsync(row, $"a row {kind.Replace(".~", " by time", StringComparison.Ordinal)} {hash[..12]} of a license that is gone").ConfigureAwait(false);
        else if (kind == "activation")
            await ActivationAsync(row, hash, license).ConfigureAwait(false);
        else if (kind != "meta" && !Belongs(row, await FindAsync(row, LicenseRows.Activation(hash)).ConfigureAwait(false), kind))
            await OrphanAsync(row, $"{(kind == "usage" ? "usage" : "a place in time")} of {hash[..12]}, which is not active").ConfigureAwait(false);
    }

    private async Task ActivationAsync(Row row, string hash, License license)
    {
        await LacksAsync(row, LicenseRows.RecentActivation(row.Values.GetNumber("activated_at"), hash), "its place in time", row.Values).ConfigureAwait(false);
        var usage = new RowValues { ["schema"] = LicenseUsage.Schema, ["license_id"] = license.Id, ["verification_count"] = 0 };
        await LacksAsync(row, LicenseRows.ActivationUsage(hash), "its usage", usage).ConfigureAwait(false);
    }

    private async Task LacksAsync(Row activation, string key, string what, RowValues values)
    {
        if (await FindAsync(activation, key).ConfigureAwait(false) is not null || !await run.IsStillAsync(TableNames.Licenses, activation).ConfigureAwait(false))
            return;
        await run.ReportAsync(check, subject, $"the activation {PartitionTally.HashOf(activation)[..12]} lacks {what}", async () =>
        {
            // Replaced by itself, so that this is done only while the activation stands.
            var same = await FindAsync(activation, activation.Key).ConfigureAwait(false);
            return same is not null && await LicenseRepair.CommitAsync(
                run, activation.Partition, RowChange.Replace(same.Key, same.Values, same.ETag), RowChange.Insert(key, values)).ConfigureAwait(false);
        }).ConfigureAwait(false);
    }

    private async Task OrphanAsync(Row row, string problem)
    {
        var same = await FindAsync(row, row.Key).ConfigureAwait(false);
        // Usage is counted on; what tells is whose it is.
        if (same is null || same.Values.GetNumber("license_id") != row.Values.GetNumber("license_id"))
            return;
        await run.ReportAsync(check, subject, problem, () => LicenseRepair.CommitAsync(run, row.Partition, RowChange.Delete(same.Key, same.ETag))).ConfigureAwait(false);
    }

    private ValueTask<Row?> FindAsync(Row beside, string key) => run.FindAsync(TableNames.Licenses, beside.Partition, key);

    private static bool Belongs(Row row, Row? activation, string kind) =>
        activation is not null && activation.Values.GetNumber("license_id") == row.Values.GetNumber("license_id")
        && (kind == "usage" || activation.Values.GetNumber("activated_at") == row.Values.GetNumber("activated_at"));
}
