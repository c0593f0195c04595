using System.Globalization;
using LicenseFunctions.Licensing.Events;
using LicenseFunctions.Storage;

namespace LicenseFunctions.Checks;

/// <summary>What is to be posted is posted or tried again, and is somebody's.</summary>
internal sealed class DeliveriesCheck(CheckRun run) : ITableCheck
{
    private const string Name = "webhooks";

    private readonly Dictionary<string, bool> _isKnown = new(StringComparer.Ordinal) { [Deliveries.PostUrls] = true };

    public async ValueTask SeeAsync(Row row)
    {
        if (!_isKnown.TryGetValue(row.Partition, out var isKnown))
            _isKnown[row.Partition] = isKnown = await run.FindAsync(TableNames.Catalog, "webhook", "id." + row.Partition).ConfigureAwait(false) is not null;
        if (!isKnown)
        {
            await run.LaterAsync(() => TellAsync(
                row, "it is for a subscription that is gone",
                () => run.CommitAsync(TableNames.Webhooks, row.Partition, RowChange.Delete(row.Key, row.ETag)))).ConfigureAwait(false);
        }
        else if (row.Key.StartsWith("due.", StringComparison.Ordinal) && run.IsOlder(row.Values.GetNumber("due_at"), Bounds.Soon))
        {
            var since = DateTimeOffset.FromUnixTimeMilliseconds(row.Values.GetNumber("due_at")).ToString("u", CultureInfo.InvariantCulture);
            await run.LaterAsync(() => TellAsync(row, $"it waits to be posted since {since}; does a server run?", null)).ConfigureAwait(false);
        }
    }

    private async Task TellAsync(Row row, string problem, Func<Task<bool>>? mendAsync)
    {
        if (await run.IsStillAsync(TableNames.Webhooks, row).ConfigureAwait(false))
            await run.ReportAsync(Name, $"{row.Partition} {row.Key}", problem, mendAsync).ConfigureAwait(false);
    }
}
