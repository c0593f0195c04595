using LicenseFunctions.Licensing.Events;
using LicenseFunctions.Licensing.Listing;
using LicenseFunctions.Limits;
using LicenseFunctions.Storage;

namespace LicenseFunctions.Licensing;

/// <summary>How many of the keys were new.</summary>
/// <param name="Created">The licenses made, in the order of their keys.</param>
/// <param name="Duplicate">Keys that exist already, or were named before in the same call.</param>
public sealed record CreationResult(IReadOnlyList<License> Created, int Duplicate)
{
    /// <summary>Which of the keys were new, in their order, each key once.</summary>
    public IReadOnlyList<bool> IsNew { get; init; } = [];
}

/// <summary>
/// Creates licenses: one insert per key, which an existing license of the same key refuses, then the lists, a hundred rows
/// a transaction. The plan of it is written first, so that whatever it had made is listed even when it dies half-way.
/// </summary>
public sealed class LicenseCreation(
    ITableStore store, Ids ids, CreationPlans plans, ListingWriter lists, BulkMarkers markers, Subscriptions subscriptions, EventOutbox events, TimeProvider time)
{
    private const int AtOnce = 32;

    /// <summary>As below, for calls that do not name themselves.</summary>
    public Task<CreationResult> CreateAsync(License draft, IReadOnlyList<string> keys, CancellationToken cancel) =>
        CreateAsync(draft, keys, null, cancel);

    /// <summary>Creates one license for each key, all like the draft but for key, number and times.</summary>
    /// <param name="draft">The license to be made; its key and number do not matter.</param>
    /// <param name="keys">The license keys.</param>
    /// <param name="operation">Set when the request names itself: a resumed one makes what the earlier one planned.</param>
    /// <param name="cancel">Stops before the next key; those made stay, and are listed.</param>
    public Task<CreationResult> CreateAsync(License draft, IReadOnlyList<string> keys, Operation? operation, CancellationToken cancel) =>
        CreateAsync([.. keys.Distinct(StringComparer.Ordinal).Select(key => draft with { Key = key })], keys.Count, operation, null, cancel);

    /// <summary>Creates licenses of different keys.</summary>
    public Task<CreationResult> CreateAsync(IReadOnlyList<License> drafts, Operation? operation, CancellationToken cancel) =>
        CreateAsync([.. drafts.DistinctBy(draft => draft.Key, StringComparer.Ordinal)], drafts.Count, operation, null, cancel);

    /// <summary>Creates licenses of different keys with rows beside each, in the transaction that makes it.</summary>
    /// <param name="drafts">The licenses; one that says when it was created keeps that.</param>
    /// <param name="beside">The rows, given the license with its number: up to 98 of them.</param>
    /// <param name="cancel">As above.</param>
    public Task<CreationResult> CreateAsync(IReadOnlyList<License> drafts, Func<License, IEnumerable<RowChange>> beside, CancellationToken cancel) =>
        CreateAsync([.. drafts], drafts.Count, null, beside, cancel);

    private async Task<CreationResult> CreateAsync(
        License[] drafts, int asked, Operation? operation, Func<License, IEnumerable<RowChange>>? beside, CancellationToken cancel)
    {
        var resumed = await plans.FindAsync(operation, cancel).ConfigureAwait(false);
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        CreationPlans.Plan? plan = null;
        if (resumed is null)
        {
            var first = await ids.ReserveAsync("license", drafts.Length, cancel).ConfigureAwait(false);
            Number(drafts, i => (drafts[i].Key, first + i), 1, now, beside is not null);
            plan = await plans.WriteAsync(drafts, operation, cancel).ConfigureAwait(false);
            if (plan is null)
            {
                resumed = await plans.FindStandingAsync(operation, cancel).ConfigureAwait(false)
                    ?? throw new StorageUnavailableException("Another attempt of this request is about to write its plan.");
            }
        }

        // What the earlier attempt made may have been deleted since, and the lists' tombstone must not outrank what is made
        // anew under the same number: seconds are above any count of changes.
        if (resumed is not null)
            Number(drafts, i => resumed[i], now / 1000, now, beside is not null);
        var wanted = await subscriptions.CurrentAsync(cancel).ConfigureAwait(false);
        var hasEvents = wanted.HasAny(EventNames.OfCreation);
        IReadOnlyList<string> marked = hasEvents ? await markers.SetAsync(drafts.Select(draft => LicenseRows.Partition(draft.Key))).ConfigureAwait(false) : [];
        var isNew = new bool[drafts.Length];
        await Parallel.ForAsync(0, drafts.Length, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancel }, async (i, token) =>
        {
            var made = await TryInsertAsync(
                drafts[i], beside?.Invoke(drafts[i]) ?? [], wanted.Of(LicenseEvents.Between(null, drafts[i])), operation is not null, token).ConfigureAwait(false);
            (isNew[i], drafts[i]) = (made is not null, made ?? drafts[i]);
        }).ConfigureAwait(false);
        var created = drafts.Where((_, i) => isNew[i]).ToArray();
        await lists.ApplyAsync(created.SelectMany(license => ListChange.Of(license, false, null, null)), CancellationToken.None).ConfigureAwait(false);
        if (plan is not null && operation is null)
            await plans.RemoveAsync(plan, CancellationToken.None).ConfigureAwait(false);
        if (hasEvents)
            await FollowAsync(created, marked).ConfigureAwait(false);
        return new(created, asked - created.Length) { IsNew = isNew };
    }

    private static void Number(License[] drafts, Func<int, (string Key, long Id)> planned, long revision, long now, bool keepsCreation)
    {
        for (var i = 0; i < drafts.Length; i++)
        {
            var (key, id) = planned(i);
            var createdAt = keepsCreation && drafts[i].CreatedAt != 0 ? drafts[i].CreatedAt : now;
            drafts[i] = drafts[i] with { Key = key, Id = id, Revision = revision, CreatedAt = createdAt, UpdatedAt = now };
        }
    }

    private async Task FollowAsync(License[] created, IReadOnlyList<string> marked)
    {
        try
        {
            await Parallel.ForEachAsync(created, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (license, token) =>
                await events.ReplayAsync(TableNames.Licenses, LicenseRows.Partition(license.Key), token).ConfigureAwait(false)).ConfigureAwait(false);
            await markers.RemoveAsync(marked).ConfigureAwait(false);
        }
        catch (StorageUnavailableException)
        {
            // The licenses stand and will be answered; the markers stay, and the timer tells of them.
        }
    }

    /// <summary>
    /// The license when it was made: now, or by another attempt of the request, dead or alive; then as it is, since the lists
    /// are to be told of that and not of what this attempt would have made. Null when the key was taken.
    /// </summary>
    private async Task<License?> TryInsertAsync(
        License license, IEnumerable<RowChange> beside, IReadOnlyList<string> names, bool isNamed, CancellationToken cancel)
    {
        var partition = LicenseRows.Partition(license.Key);
        var result = await store.CommitAsync(
            TableNames.Licenses, partition,
            [
                RowChange.Insert(LicenseRows.License, license.ToValues()),
                .. beside,
                .. names.Count == 0 ? [] : new[] { RowChange.Upsert(EventRows.NewKey(), EventRows.Of(license, names, license.CreatedAt)) },
            ], cancel).ConfigureAwait(false);
        if (result.Committed || !isNamed)
            return result.Committed ? license : null;
        var row = await store.FindAsync(TableNames.Licenses, partition, LicenseRows.License, cancel).ConfigureAwait(false);
        return row?.Values.GetNumber("id") == license.Id ? License.From(row.Values) : null;
    }
}
