using LicenseFunctions.Storage;

namespace LicenseFunctions.Checks;

/// <summary>Reads a whole store, also one that is in use, and tells of everything that is not as it must be.</summary>
public sealed class StoreDoctor(IServiceProvider services, PatientStore store, TimeProvider time)
{
    private const int TellEvery = 20_000;

    /// <summary>Runs every check.</summary>
    /// <param name="mends">True to mend what can be derived.</param>
    /// <param name="report">Takes each finding, one at a time.</param>
    /// <param name="progress">Takes a line now and then.</param>
    /// <param name="cancel">Breaks it off; what was mended stays mended.</param>
    public async Task<CheckSummary> RunAsync(bool mends, Action<Finding> report, Action<string> progress, CancellationToken cancel)
    {
        using var run = new CheckRun(store, time, mends, report, cancel);
        var rows = 0L;
        foreach (var table in StoreChecks.Tables)
        {
            var checks = StoreChecks.Of(table, services, run);
            var read = await WalkAsync(table, checks, run, count => progress($"{table}: {count:N0} rows so far, {run.Found:N0} findings")).ConfigureAwait(false);
            await run.DrainAsync().ConfigureAwait(false);
            progress($"{table}: {read:N0} rows");
            rows += read;
        }

        return new(rows, StoreChecks.Tables.Count, run.Found, run.Mended);
    }

    private static async Task<long> WalkAsync(string table, IReadOnlyList<ITableCheck> checks, CheckRun run, Action<long> tell)
    {
        var (count, isSound, partition) = (0L, true, default(string));
        await foreach (var row in run.Store.ListAsync(new(table, null), run.Cancel).ConfigureAwait(false))
        {
            if (partition is not null && row.Partition != partition)
            {
                await EndAsync(checks, partition, isSound).ConfigureAwait(false);
                isSound = true;
            }

            partition = row.Partition;
            if (RowShapes.FlawOf(table, row) is { } flaw)
            {
                isSound = false;
                await run.ReportAsync("rows", RowShapes.Shown(table, row), flaw).ConfigureAwait(false);
            }
            else
            {
                foreach (var check in checks)
                    await check.SeeAsync(row).ConfigureAwait(false);
            }

            if (++count % TellEvery == 0)
                tell(count);
        }

        if (partition is not null)
            await EndAsync(checks, partition, isSound).ConfigureAwait(false);
        return count;
    }

    private static async Task EndAsync(IReadOnlyList<ITableCheck> checks, string partition, bool isSound)
    {
        foreach (var check in checks)
            await check.EndAsync(partition, isSound).ConfigureAwait(false);
    }
}
