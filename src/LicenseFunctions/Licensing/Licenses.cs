using LicenseFunctions.Licensing.Events;
using LicenseFunctions.Licensing.Listing;
using LicenseFunctions.Limits;
using LicenseFunctions.Storage;

namespace LicenseFunctions.Licensing;

/// <summary>Everything that is done with an existing license.</summary>
public sealed class Licenses(
    PartitionLanes lanes, ITableStore store, Products products, LicenseOutbox outbox, Subscriptions subscriptions, TimeProvider time)
{
    /// <summary>Long enough for a store that throttles, short enough that a client still waits.</summary>
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(8);

    /// <summary>As long as a change that is made already waits for the lists, to which others may write as well.</summary>
    private static readonly TimeSpan FollowWait = TimeSpan.FromSeconds(2);

    public Task<LicenseVerification> VerifyAsync(LicenseRequest request) =>
        DoAsync(new LicenseVerification(request, products, time));

    public Task<LicenseActivation> ActivateAsync(LicenseRequest request) =>
        DoListedAsync(new LicenseActivation(request, products, time));

    public Task<LicenseActivation> AssignAndActivateAsync(LicenseRequest request, Assignment assignment) =>
        DoListedAsync(new LicenseActivation(request, products, time, assignment));

    public Task<LicenseDeactivation> DeactivateAsync(LicenseRequest request) =>
        DoListedAsync(new LicenseDeactivation(request, products, time, LicenseRule.MayBeExpired));

    /// <summary>Frees a slot whatever became of the license: whoever may not use it any more may still let go of it.</summary>
    public Task<LicenseDeactivation> DeactivateAnyAsync(LicenseRequest request) =>
        DoListedAsync(new LicenseDeactivation(request, products, time, LicenseRule.MustBeAssigned));

    /// <summary>Reads a license that may be expired, with whether the identifier is active.</summary>
    public Task<LicenseReading> ReadAsync(LicenseRequest request) =>
        DoAsync(new LicenseReading(request, products, time, LicenseRule.MayBeExpired));

    /// <summary>Reads a license, whatever its standing.</summary>
    public Task<LicenseReading> ReadAnyAsync(LicenseRequest request) =>
        DoAsync(new LicenseReading(request, products, time, LicenseRule.MustExist));

    /// <summary>Changes a license, whatever its standing; see <see cref="LicenseChange"/>.</summary>
    public Task<LicenseChange> ChangeAsync(LicenseRequest request, Func<License, long, License?> change) =>
        DoListedAsync(new LicenseChange(request, products, time, change));

    /// <summary>Changes the metadata of an assigned license; see <see cref="LicenseMetaChange"/>.</summary>
    public Task<LicenseMetaChange> ChangeMetaAsync(LicenseRequest request, MetaEdit? edit) =>
        DoAsync(new LicenseMetaChange(request, products, time, edit));

    /// <summary>Reads a license in good standing, with whether the identifier, which must be sent, is active.</summary>
    public Task<LicenseReading> ReadGoodAsync(LicenseRequest request) =>
        DoAsync(new LicenseReading(request, products, time, LicenseRule.MustBeGood, needsIdentifier: true));

    /// <summary>The metadata of a license, in the order of creation. One operation, none where there is none.</summary>
    public async Task<IReadOnlyList<MetaEntry>> ListMetaAsync(License license, CancellationToken cancel)
    {
        var entries = new List<MetaEntry>();
        if (license.MetaCount == 0)
            return entries;
        var range = new RowRange(TableNames.Licenses, LicenseRows.Partition(license.Key), LicenseRows.AllMeta);
        await foreach (var row in store.ListAsync(range, cancel).ConfigureAwait(false))
        {
            if (LicenseUsage.IsOf(row.Values, license))
                entries.Add(MetaEntry.From(row.Values));
        }

        return [.. entries.OrderBy(entry => entry.Id)];
    }

    /// <summary>Deletes a license; what else stood in its partition goes with the replay of its outbox.</summary>
    public Task<LicenseDeletion> DeleteAsync(LicenseRequest request) => DoListedAsync(new LicenseDeletion(request, products, time));

    /// <summary>The verifications of an activation, from its own row.</summary>
    public async Task<VerificationTotals> TotalsOfAsync(License license, LatestActivation activation, CancellationToken cancel)
    {
        var row = await store.FindAsync(
            TableNames.Licenses, LicenseRows.Partition(license.Key), LicenseRows.ActivationUsage(activation.IdentifierHash), cancel)
            .ConfigureAwait(false);
        return row is not null && LicenseUsage.IsOf(row.Values, license)
            ? new(row.Values.GetNumber("verification_count"), row.Values.FindNumber("last_verified_at"))
            : VerificationTotals.None;
    }

    /// <summary>All activations of a license, the latest first. Reads every one: for operators, not for requests.</summary>
    public async Task<IReadOnlyList<ActiveIdentifier>> ActivationsOfAsync(License license, CancellationToken cancel)
    {
        var usage = await ListAsync(license, LicenseRows.ActivationUsage(""), cancel).ConfigureAwait(false);
        var activations = await ListAsync(license, LicenseRows.Activation(""), cancel).ConfigureAwait(false);
        return [.. activations
            .Select(each => ActiveIdentifier.From(each.Value, usage.GetValueOrDefault(each.Key)))
            .OrderByDescending(each => each.ActivatedAt)];
    }

    /// <summary>
    /// True when this instance knows the window to be full: then nothing needs to be read, since what other instances
    /// do can only add to it.
    /// </summary>
    public bool IsKnownFull(string licenseKey, WindowRule rule, out WindowVerdict verdict)
    {
        verdict = WindowVerdict.Unlimited;
        if (rule.Limit == 0
            || lanes.Find(TableNames.Licenses, LicenseRows.Partition(licenseKey)) is not { } lane
            || !lane.TryRemember(LicenseRows.Usage, out var usage) || usage is null)
        {
            return false;
        }

        verdict = RollingWindow.Peek(usage.Values.GetBinary(rule.Property), time.GetUtcNow().ToUnixTimeMilliseconds(), rule.Limit);
        return !verdict.Admitted;
    }

    /// <summary>True when this instance remembers the license, so that a verification will most likely read nothing of it.</summary>
    public bool Knows(string licenseKey) =>
        lanes.Find(TableNames.Licenses, LicenseRows.Partition(licenseKey)) is { } lane && lane.TryRemember(LicenseRows.Usage, out var usage) && usage is not null;

    private async Task<T> DoAsync<T>(T work)
        where T : LicenseWork
    {
        var partition = LicenseRows.Partition(work.Request.LicenseKey);
        var lane = lanes[TableNames.Licenses, partition];
        await lane.DoAsync(work, Within).ConfigureAwait(false);
        if (work.License is null)
            lanes.Drop(TableNames.Licenses, partition, lane);
        return work;
    }

    /// <summary>Work that lists, or who subscribed to its events, must learn of.</summary>
    private async Task<T> DoListedAsync<T>(T work)
        where T : LicenseWork
    {
        var marker = outbox.Mark(LicenseRows.Partition(work.Request.LicenseKey));
        work.BeforeChange = marker.SetAsync;
        work.Wanted = await subscriptions.CurrentAsync(CancellationToken.None).ConfigureAwait(false);
        await DoAsync(work).ConfigureAwait(false);
        try
        {
            await marker.FollowAsync(mayHaveEvents: work is LicenseDeactivation).WaitAsync(FollowWait, time).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // It goes on behind the answer; the marker stays until it is done.
        }

        return work;
    }

    /// <summary>The license's rows whose key begins with a prefix, by what follows it.</summary>
    private async Task<Dictionary<string, RowValues>> ListAsync(License license, string prefix, CancellationToken cancel)
    {
        var rows = new Dictionary<string, RowValues>(StringComparer.Ordinal);
        var range = new RowRange(TableNames.Licenses, LicenseRows.Partition(license.Key), prefix);
        await foreach (var row in store.ListAsync(range, cancel).ConfigureAwait(false))
        {
            if (LicenseUsage.IsOf(row.Values, license))
                rows[row.Key[prefix.Length..]] = row.Values;
        }

        return rows;
    }

    /// <summary>A license by its key, whatever its standing, charged to no window.</summary>
    public async Task<License?> FindAsync(string licenseKey, CancellationToken cancel) =>
        await store.FindAsync(TableNames.Licenses, LicenseRows.Partition(licenseKey), LicenseRows.License, cancel).ConfigureAwait(false) is { } row
            ? License.From(row.Values)
            : null;
}
