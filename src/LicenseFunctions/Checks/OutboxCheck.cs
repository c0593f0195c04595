using LicenseFunctions.Licensing.Events;
using LicenseFunctions.Licensing.Listing;
using LicenseFunctions.Storage;

namespace LicenseFunctions.Checks;

/// <summary>
/// Every row that is to be told to others has a marker, by which the timer finds it. A marker is written before such a row
/// and removed after it, so a row without one was forgotten, whatever its age.
/// </summary>
internal sealed class OutboxCheck(string table, CheckRun run, LicenseOutbox outbox) : ITableCheck
{
    private const string Name = "outbox";

    private Row? _first;
    private int _count;

    public ValueTask SeeAsync(Row row)
    {
        if (row.Key.StartsWith("outbox.", StringComparison.Ordinal) || row.Key.StartsWith(EventRows.Prefix, StringComparison.Ordinal))
        {
            _first ??= row;
            _count++;
        }

        return default;
    }

    public ValueTask EndAsync(string partition, bool isSound)
    {
        var (first, count) = (_first, _count);
        (_first, _count) = (null, 0);
        return first is null ? default : run.LaterAsync(() => LookAsync(first, count));
    }

    private async Task LookAsync(Row row, int count)
    {
        if (await HasMarkerAsync(row.Partition).ConfigureAwait(false) || !await run.IsStillAsync(table, row).ConfigureAwait(false))
            return;
        await run.ReportAsync(
            Name, $"{table} {RowShapes.Brief(row.Partition)}", $"{count} changes that others were never told of, and no marker by which the timer would find them",
            async () =>
            {
                var marker = outbox.Mark(row.Partition, table);
                await marker.SetAsync().ConfigureAwait(false);
                await marker.FollowAsync(mayHaveEvents: true).ConfigureAwait(false);
                return !await run.IsStillAsync(table, row).ConfigureAwait(false);
            }).ConfigureAwait(false);
    }

    private async Task<bool> HasMarkerAsync(string partition)
    {
        await foreach (var _ in run.Store.ListAsync(new(TableNames.Listing, LicenseOutbox.MarkerPartition, partition + ".") { Limit = 1 }, run.Cancel).ConfigureAwait(false))
            return true;
        return false;
    }
}
