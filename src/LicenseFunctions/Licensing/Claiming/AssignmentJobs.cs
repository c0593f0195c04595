using LicenseFunctions.Limits;
using LicenseFunctions.Storage;

namespace LicenseFunctions.Licensing.Claiming;

/// <summary>
/// The queue of assignments that are done later. An instance takes a job by moving its due time on, under its ETag: no
/// other sees it as due meanwhile, and should the instance die, the job is due again.
/// </summary>
public sealed class AssignmentJobs(
    ITableStore store, RandomAssignment assignment, ClaimedLicenses claimed, Generators generators, ClaimLog log, TimeProvider time)
{
    private const string Partition = "jobs";
    private const string Note = "note.";
    private const string Closing = "closing.";

    /// <summary>Jobs taken at once: so few that the last of them is done long before its lease is over.</summary>
    private const int MostTaken = 64;

    /// <summary>Longer than the largest job takes.</summary>
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(2);
    private static readonly TimeSpan GiveUpAfter = TimeSpan.FromHours(24);

    /// <summary>Puts a job into the queue, to be done as soon as may be; nothing when it has been there already.</summary>
    /// <param name="job">The job.</param>
    /// <param name="isNamed">True when the request names itself: then a note stays, lest a further attempt queue it anew once it is done.</param>
    /// <param name="cancel">Cancels the wait.</param>
    public async Task AddAsync(AssignmentJob job, bool isNamed, CancellationToken cancel)
    {
        var added = job with { CreatedAt = Now, DueAt = Now };
        List<RowChange> changes = [RowChange.Insert(AssignmentJob.Prefix + added.Id, added.ToValues())];
        if (isNamed)
            changes.Add(RowChange.Insert(Note + added.Id, new() { ["schema"] = 1, ["keep_until"] = Now + (long)IdempotentRequest.Holds.TotalMilliseconds }));
        await store.CommitAsync(TableNames.Idempotency, Partition, changes, cancel).ConfigureAwait(false);
    }

    /// <summary>Removes the notes that nobody can need any more, and what jobs that are done have left of their claims. Called by a timer.</summary>
    public async Task RemoveNotesAsync(CancellationToken cancel)
    {
        await foreach (var row in store.ListAsync(new(TableNames.Idempotency, Partition, Closing), cancel).ConfigureAwait(false))
            await CloseAsync(row.Key[Closing.Length..]).ConfigureAwait(false);
        await foreach (var row in store.ListAsync(new(TableNames.Idempotency, Partition, Note), cancel).ConfigureAwait(false))
        {
            if (row.Values.GetNumber("keep_until") < Now)
                await store.CommitAsync(TableNames.Idempotency, Partition, [RowChange.Delete(row.Key, row.ETag)], cancel).ConfigureAwait(false);
        }
    }

    /// <summary>Takes the jobs that are due; each is this instance's alone.</summary>
    public async Task<IReadOnlyList<AssignmentJob>> TakeDueAsync(CancellationToken cancel)
    {
        var taken = new List<AssignmentJob>();
        await foreach (var row in store.ListAsync(new(TableNames.Idempotency, Partition, AssignmentJob.Prefix), cancel).ConfigureAwait(false))
        {
            var job = AssignmentJob.From(row);
            if (job.DueAt <= Now && await SaveAsync(job with { DueAt = Now + (long)Lease.TotalMilliseconds }).ConfigureAwait(false) is { } mine)
                taken.Add(mine);
            if (taken.Count == MostTaken)
                break;
        }

        return taken;
    }

    /// <summary>Assigns what the job asks for, unless that is done. Null when another instance has taken it over.</summary>
    public async Task<AssignmentJob?> AssignAsync(AssignmentJob taken, CancellationToken cancel)
    {
        // It may have waited for its turn since it was taken: from here on it has all the time of its lease.
        if (await SaveAsync(taken with { DueAt = Now + (long)Lease.TotalMilliseconds }).ConfigureAwait(false) is not { } job)
            return null;
        // An instance may have died between saying so and giving back.
        if (job.State is AssignmentJobState.NotEnough or AssignmentJobState.BeyondGenerator)
            await claimed.GiveBackAsync(job.Id, ClaimDecision.Abandoned, []).ConfigureAwait(false);
        if (job.State != AssignmentJobState.Queued)
            return job;
        var generator = job.GeneratorId is { } id ? await generators.FindAsync(id, cancel).ConfigureAwait(false) : null;
        var order = new AssignmentOrder(job.Id, job.ProductId, generator, job.Quantity, job.Owner);
        AssignmentJob? saved = null;
        await assignment.ResumeAsync(
            order, async result => (saved = await SaveAsync(job with
            {
                State = result.Licenses.Count > 0 ? AssignmentJobState.Assigned
                    : result.IsBeyondGenerator ? AssignmentJobState.BeyondGenerator : AssignmentJobState.NotEnough,
                Available = result.Available,
            }).ConfigureAwait(false)) is not null, cancel).ConfigureAwait(false);
        return saved;
    }

    /// <summary>The licenses that a job has assigned, as they are now.</summary>
    public async Task<IReadOnlyList<License>> LicensesOfAsync(AssignmentJob job, CancellationToken cancel) =>
        job.State == AssignmentJobState.Assigned ? [.. (await claimed.FindAsync(job.Id, cancel).ConfigureAwait(false)).Take(job.Quantity)] : [];

    /// <summary>Takes a job out of the queue: its result has been delivered, or is wanted nowhere.</summary>
    public async Task FinishAsync(AssignmentJob job)
    {
        var result = await store.CommitAsync(
            TableNames.Idempotency, Partition,
            [
                RowChange.Delete(AssignmentJob.Prefix + job.Id, job.ETag),
                RowChange.Upsert(Closing + job.Id, new() { ["schema"] = 1, ["closed_at"] = Now }),
            ], CancellationToken.None).ConfigureAwait(false);
        // Otherwise another instance has taken the job over, and needs to know what was claimed.
        if (result.Committed)
            await CloseAsync(job.Id).ConfigureAwait(false);
    }

    /// <summary>The result could not be delivered: later again, or after a day no more. False when it was given up.</summary>
    public async Task<bool> PostponeAsync(AssignmentJob job)
    {
        if (Now - job.CreatedAt > GiveUpAfter.TotalMilliseconds)
        {
            await FinishAsync(job).ConfigureAwait(false);
            return false;
        }

        var pause = Math.Min(FirstPause.TotalMilliseconds * Math.Pow(2, job.Attempts), LongestPause.TotalMilliseconds);
        await SaveAsync(job with { Attempts = job.Attempts + 1, DueAt = Now + (long)pause }).ConfigureAwait(false);
        return true;
    }

    private async Task CloseAsync(string id)
    {
        await log.CloseAsync(id).ConfigureAwait(false);
        await store.CommitAsync(TableNames.Idempotency, Partition, [RowChange.Delete(Closing + id, RowChange.AnyETag)], CancellationToken.None).ConfigureAwait(false);
    }

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    private async Task<AssignmentJob?> SaveAsync(AssignmentJob job)
    {
        var result = await store.CommitAsync(
            TableNames.Idempotency, Partition, [RowChange.Replace(AssignmentJob.Prefix + job.Id, job.ToValues(), job.ETag)], CancellationToken.None).ConfigureAwait(false);
        return result.Committed ? job with { ETag = result.ETags[0] } : null;
    }
}
