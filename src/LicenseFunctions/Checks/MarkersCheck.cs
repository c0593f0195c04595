using System.Globalization;
using LicenseFunctions.Licensing.Listing;
using LicenseFunctions.Storage;

namespace LicenseFunctions.Checks;

/// <summary>Whatever waits to be told to others is looked after by the timer before long.</summary>
internal sealed class MarkersCheck(CheckRun run, LicenseOutbox outbox) : ITableCheck
{
    private const string Name = "outbox";

    public ValueTask SeeAsync(Row row) =>
        row.Partition == LicenseOutbox.MarkerPartition && run.IsOlder(row.Values.GetNumber("marked_at"), Bounds.Soon)
            ? run.LaterAsync(() => LookAsync(row))
            : default;

    private async Task LookAsync(Row row)
    {
        if (!await run.IsStillAsync(TableNames.Listing, row).ConfigureAwait(false))
            return;
        var partition = row.Key[..row.Key.IndexOf('.', StringComparison.Ordinal)];
        var since = DateTimeOffset.FromUnixTimeMilliseconds(row.Values.GetNumber("marked_at")).ToString("u", CultureInfo.InvariantCulture);
        await run.ReportAsync(
            Name, $"marker of {RowShapes.Brief(partition)}", $"it waits for the timer since {since}; does a server run?",
            async () =>
            {
                var marker = outbox.Mark(partition, row.Values.GetText("table") ?? TableNames.Licenses);
                await marker.SetAsync().ConfigureAwait(false);
                await marker.FollowAsync(mayHaveEvents: true).ConfigureAwait(false);
                return await run.CommitAsync(TableNames.Listing, row.Partition, RowChange.Delete(row.Key, row.ETag)).ConfigureAwait(false);
            }).ConfigureAwait(false);
    }
}
