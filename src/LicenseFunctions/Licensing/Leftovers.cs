using LicenseFunctions.Licensing.Events;
using LicenseFunctions.Storage;

namespace LicenseFunctions.Licensing;

/// <summary>
/// Removes what else stands in the partition of a deleted license. Whoever asked to be told of the removal of an
/// activation is told by an event row of the same transaction.
/// </summary>
public sealed class Leftovers(ITableStore store, Subscriptions subscriptions, TimeProvider time)
{
    private const string Activations = "activation.";

    /// <param name="deleted">The license as it was.</param>
    /// <param name="cancel">Stops before the next transaction.</param>
    public Task RemoveAsync(License deleted, CancellationToken cancel) =>
        ConflictRetry.RunAsync(() => TryRemoveAsync(deleted, cancel), time, cancel);

    /// <summary>Null when a row changed meanwhile.</summary>
    private async Task<Leftovers?> TryRemoveAsync(License deleted, CancellationToken cancel)
    {
        var partition = LicenseRows.Partition(deleted.Key);
        var wanted = (await subscriptions.CurrentAsync(cancel).ConfigureAwait(false)).Of(EventNames.OfRemoval);
        var changes = new List<RowChange>();
        var isDone = true;
        await foreach (var row in store.ListAsync(new(TableNames.Licenses, partition), cancel).ConfigureAwait(false))
        {
            // The windows stay a while, so that creating the key again does not get round a limit.
            if (row.Values.GetNumber("license_id") != deleted.Id || row.Key == LicenseRows.Usage)
                continue;
            changes.Add(RowChange.Delete(row.Key, row.ETag));
            if (row.Key.StartsWith(Activations, StringComparison.Ordinal) && EventOf(deleted, row.Values, wanted) is { } told)
                changes.Add(RowChange.Upsert(EventRows.NewKey(), told));
            if (changes.Count > RowLimits.Changes - 2)
                await FlushAsync().ConfigureAwait(false);
        }

        await FlushAsync().ConfigureAwait(false);
        return isDone ? this : null;

        async Task FlushAsync()
        {
            if (changes.Count > 0)
                isDone &= (await store.CommitAsync(TableNames.Licenses, partition, changes, cancel).ConfigureAwait(false)).Committed;
            changes = [];
        }
    }

    private RowValues? EventOf(License deleted, RowValues activation, IReadOnlyList<string> wanted)
    {
        var detail = new ActivationDetail(
            activation.GetText("identifier"), activation.GetNumber("activated_at"), PostUrl: activation.GetText(EventRows.PostUrl));
        return wanted.Count == 0 && detail.PostUrl is null ? null : EventRows.Of(deleted, wanted, time.GetUtcNow().ToUnixTimeMilliseconds(), detail);
    }
}
