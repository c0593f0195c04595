using LicenseFunctions.Licensing.Events;
using LicenseFunctions.Licensing.Listing;
using LicenseFunctions.Storage;

namespace LicenseFunctions.Licensing;

/// <summary>What became of one license of many.</summary>
/// <param name="Before">The license as it was.</param>
/// <param name="After">The license as it is now; null when it was deleted.</param>
public sealed record BulkChange(License Before, License? After);

/// <summary>
/// Changes many licenses, each under a condition on itself: what of them does not hold any more is left alone. Every change
/// writes its outbox row, as a single one does, so that the lists learn of it even when the call dies half-way; markers
/// and lists are written a hundred rows a transaction.
/// </summary>
public sealed class BulkLicenses(
    ITableStore store, ListingWriter lists, BulkMarkers markers, Leftovers leftovers, Subscriptions subscriptions, EventOutbox events, TimeProvider time)
{
    private const int AtOnce = 32;

    /// <summary>Changes licenses by the keys of their partitions.</summary>
    /// <param name="partitions">Which.</param>
    /// <param name="change">The license as it shall be, given what it is and the instant; null to leave it alone.</param>
    /// <returns>What was changed, in the order asked; null for what was left alone or does not exist.</returns>
    public Task<IReadOnlyList<BulkChange?>> ChangeAsync(IReadOnlyList<string> partitions, Func<License, long, License?> change) =>
        DoAsync(partitions, (license, now) => change(license, now) is { } after ? new BulkChange(license, LicenseOutbox.Next(license, after)) : null);

    /// <summary>Deletes licenses.</summary>
    /// <param name="partitions">Which.</param>
    /// <param name="isMeant">False to leave one alone.</param>
    public Task<IReadOnlyList<BulkChange?>> DeleteAsync(IReadOnlyList<string> partitions, Func<License, bool> isMeant) =>
        DoAsync(partitions, (license, _) => isMeant(license) ? new BulkChange(license, null) : null);

    /// <summary>Nothing is cancelled once it has begun: the caller is to know of every license what became of it.</summary>
    private async Task<IReadOnlyList<BulkChange?>> DoAsync(IReadOnlyList<string> partitions, Func<License, long, BulkChange?> decide)
    {
        if (partitions.Count == 0)
            return [];
        var marked = await markers.SetAsync(partitions).ConfigureAwait(false);
        var wanted = await subscriptions.CurrentAsync(CancellationToken.None).ConfigureAwait(false);
        var changes = new BulkChange?[partitions.Count];
        await ForEachAsync(partitions.Count, async i =>
            changes[i] = (await ConflictRetry.RunAsync(() => TryChangeAsync(partitions[i], decide, wanted), time, CancellationToken.None).ConfigureAwait(false)).Change)
            .ConfigureAwait(false);
        try
        {
            await FollowAsync([.. changes.OfType<BulkChange>()], wanted).ConfigureAwait(false);
            await markers.RemoveAsync(marked).ConfigureAwait(false);
        }
        catch (StorageUnavailableException)
        {
            // The changes stand and will be answered; the markers stay, and the timer brings the lists up to date.
        }

        return changes;
    }

    private async Task<Outcome?> TryChangeAsync(string partition, Func<License, long, BulkChange?> decide, WantedEvents wanted)
    {
        var finding = store.FindAsync(TableNames.Licenses, partition, LicenseRows.Usage, CancellationToken.None).AsTask();
        var row = await store.FindAsync(TableNames.Licenses, partition, LicenseRows.License, CancellationToken.None).ConfigureAwait(false);
        var usage = await finding.ConfigureAwait(false);
        if (row is null || decide(License.From(row.Values), time.GetUtcNow().ToUnixTimeMilliseconds()) is not { } change)
            return new(null);
        var names = wanted.Of(LicenseEvents.Between(change.Before, change.After));
        var (key, values) = OutboxRow(change);
        var result = await store.CommitAsync(TableNames.Licenses, partition,
        [
            change.After is { } after ? RowChange.Replace(row.Key, after.ToValues(), row.ETag) : RowChange.Delete(row.Key, row.ETag),
            RowChange.Upsert(key, values),
            LicenseUsage.WitnessOf(usage),
            .. names.Count == 0 ? [] : new[] { RowChange.Upsert(EventRows.NewKey(), EventRows.Of(change.After ?? change.Before, names, time.GetUtcNow().ToUnixTimeMilliseconds())) },
        ], CancellationToken.None).ConfigureAwait(false);
        return result.Committed ? new(change) : null;
    }

    private async Task FollowAsync(BulkChange[] changes, WantedEvents wanted)
    {
        await lists.ApplyAsync(changes.SelectMany(change => LicenseOutbox.ChangesOf(OutboxRow(change).Values)), CancellationToken.None).ConfigureAwait(false);
        await ForEachAsync(changes.Length, async i =>
        {
            var (before, isDeleted) = (changes[i].Before, changes[i].After is null);
            if (isDeleted)
                await leftovers.RemoveAsync(before, CancellationToken.None).ConfigureAwait(false);
            await store.CommitAsync(
                TableNames.Licenses, LicenseRows.Partition(before.Key),
                [RowChange.Delete(OutboxRow(changes[i]).Key, RowChange.AnyETag)], CancellationToken.None).ConfigureAwait(false);
            // Who is told of the removal of activations is told though nobody subscribed.
            if (isDeleted || wanted.Subscriptions.Count > 0)
                await events.ReplayAsync(TableNames.Licenses, LicenseRows.Partition(before.Key), CancellationToken.None).ConfigureAwait(false);
        }).ConfigureAwait(false);
    }

    private static (string Key, RowValues Values) OutboxRow(BulkChange change)
    {
        var next = change.After ?? LicenseOutbox.Next(change.Before, null);
        return (LicenseOutbox.RowKey(next), LicenseOutbox.Values(change.Before, next, change.After is null));
    }

    private static Task ForEachAsync(int count, Func<int, Task> doAsync) => Parallel.ForAsync(
        0, count, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (i, _) => await doAsync(i).ConfigureAwait(false));

    private sealed record Outcome(BulkChange? Change);
}
