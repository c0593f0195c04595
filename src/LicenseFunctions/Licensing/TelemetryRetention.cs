using LicenseFunctions.Storage;

namespace LicenseFunctions.Licensing;

/// <summary>Removes telemetry that has served its time. It reads nothing but what it removes.</summary>
public sealed class TelemetryRetention(ITableStore store, TimeProvider time)
{
    /// <summary>Removes what is older than an age; can be broken off and begun again.</summary>
    public async Task RemoveAsync(TimeSpan age, CancellationToken cancel)
    {
        var from = TelemetryRows.OlderThan((time.GetUtcNow() - age).ToUnixTimeMilliseconds());
        foreach (var partition in TelemetryRows.AllPartitions)
        {
            var range = new RowRange(TableNames.Telemetry, partition) { From = from, Limit = RowLimits.Changes };
            while (await RemoveSomeAsync(range, cancel).ConfigureAwait(false))
            {
            }
        }
    }

    /// <summary>The copies first, the entries' own rows last: as long as those stand, the next run finds what is left.</summary>
    private async Task<bool> RemoveSomeAsync(RowRange range, CancellationToken cancel)
    {
        var own = new List<string>();
        var copies = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        await foreach (var row in store.ListAsync(range, cancel).ConfigureAwait(false))
        {
            own.Add(row.Key);
            foreach (var partition in TelemetryRows.CopyPartitions(TelemetryEntry.From(row.Values)))
            {
                if (!copies.TryGetValue(partition, out var keys))
                    copies[partition] = keys = [];
                keys.Add(row.Key);
            }
        }

        if (own.Count == 0)
            return false;
        foreach (var (partition, keys) in copies)
            await DeleteAsync(partition, keys, cancel).ConfigureAwait(false);
        await DeleteAsync(range.Partition!, own, cancel).ConfigureAwait(false);
        return own.Count == range.Limit;
    }

    private async Task DeleteAsync(string partition, List<string> keys, CancellationToken cancel)
    {
        var changes = keys.ConvertAll(key => RowChange.Delete(key, RowChange.AnyETag));
        if ((await store.CommitAsync(TableNames.Telemetry, partition, changes, cancel).ConfigureAwait(false)).Committed)
            return;
        // One of them is gone already, after a run that was broken off: then each for itself.
        foreach (var change in changes)
            await store.CommitAsync(TableNames.Telemetry, partition, [change], cancel).ConfigureAwait(false);
    }
}
