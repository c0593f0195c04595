using LicenseFunctions.Licensing;
using LicenseFunctions.Storage;

namespace LicenseFunctions.Checks;

/// <summary>A license counts its activations and metadata, and every activation has all of its rows, and nothing is left of licenses that are gone.</summary>
internal sealed class ActivationsCheck(CheckRun run) : ITableCheck
{
    private const string Name = "activations";
    private const int MostLooks = 10;

    private PartitionTally? _tally;

    public ValueTask SeeAsync(Row row)
    {
        (_tally ??= new(row.Partition)).Add(row);
        return default;
    }

    public ValueTask EndAsync(string partition, bool isSound)
    {
        var tally = _tally;
        _tally = null;
        return isSound && tally is { IsSuspect: true } ? run.LaterAsync(() => LookAgainAsync(partition)) : default;
    }

    private async Task LookAgainAsync(string partition)
    {
        if (await LookAsync(partition).ConfigureAwait(false) is not { } look)
            return;
        var subject = look.Tally.License is { } license ? Subjects.Of(license) : $"partition {RowShapes.Brief(partition)}";
        if (look.Tally.IsKeyWrong)
            await run.ReportAsync(Name, subject, "it stands in the partition of another key").ConfigureAwait(false);
        if (look.Tally.IsUneven || (look.Tally.HasOrphans && !look.Tally.HasOutbox))
        {
            var rows = new ActivationRows(run, Name, subject);
            await foreach (var each in run.Store.ListAsync(new(TableNames.Licenses, partition), run.Cancel).ConfigureAwait(false))
                await rows.LookAsync(look.Tally.License, each).ConfigureAwait(false);
            // What was mended may have been what the license's own row was right about.
            if (run.Mends)
                look = await LookAsync(partition).ConfigureAwait(false) ?? default;
        }

        if (look.Tally is { IsHeadWrong: true, License: { } counting } tally)
        {
            var own = tally.Own;
            await run.ReportAsync(
                Name, subject,
                $"it says {counting.ActiveCount} activations and {counting.MetaCount} pieces of metadata, there are {own.Activations} and {own.Meta}{(counting.ActiveCount == own.Activations && counting.MetaCount == own.Meta ? "; its latest is not the newest" : "")}",
                () => MendHeadAsync(tally, look.License!)).ConfigureAwait(false);
        }
    }

    /// <summary>A look at a whole partition that no change of the license came between; null when nothing is wrong any more.</summary>
    private async Task<(PartitionTally Tally, Row? License)?> LookAsync(string partition)
    {
        for (var i = 0; i < MostLooks; i++)
        {
            var before = await run.FindAsync(TableNames.Licenses, partition, LicenseRows.License).ConfigureAwait(false);
            var tally = new PartitionTally(partition);
            await foreach (var row in run.Store.ListAsync(new(TableNames.Licenses, partition), run.Cancel).ConfigureAwait(false))
                tally.Add(row);
            var after = await run.FindAsync(TableNames.Licenses, partition, LicenseRows.License).ConfigureAwait(false);
            if (before?.ETag == after?.ETag)
                return tally.IsSuspect ? (tally, after) : null;
            await Task.Delay(ConflictRetry.Jitter(i), run.Cancel).ConfigureAwait(false);
        }

        // Changed ten times while it was read: a license that is used so much is looked at by the next run.
        return null;
    }

    private async Task<bool> MendHeadAsync(PartitionTally tally, Row row)
    {
        var own = tally.Own;
        var newest = own.Latest is null ? null
            : await run.FindAsync(TableNames.Licenses, row.Partition, LicenseRows.Activation(own.Latest)).ConfigureAwait(false);
        var mended = tally.License! with
        {
            ActiveCount = own.Activations,
            MetaCount = own.Meta,
            Latest = newest is null ? null : new(own.Latest!, newest.Values.GetText("identifier")!, newest.Values.GetNumber("activated_at")),
        };
        return await LicenseRepair.CommitAsync(run, row.Partition, RowChange.Replace(row.Key, mended.ToValues(), row.ETag)).ConfigureAwait(false);
    }
}
