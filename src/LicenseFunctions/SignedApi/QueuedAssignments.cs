using LicenseFunctions.Http;
using LicenseFunctions.Licensing.Claiming;
using LicenseFunctions.Observability;
using LicenseFunctions.Signing;
using LicenseFunctions.Webhooks;

namespace LicenseFunctions.SignedApi;

/// <summary>Does the queued assignments that are due, and posts their answers, signed as a direct call's are.</summary>
public sealed class QueuedAssignments(
    AssignmentJobs jobs, WebhookSender webhooks, SigningKeys keys, LicensingOptions options, TimeProvider time, Meters meters,
    ILogger<QueuedAssignments> logger)
{
    /// <summary>Jobs that are done at once: a slow target keeps the others waiting no longer than it must.</summary>
    private const int AtOnce = 8;

    /// <summary>Takes what is due and does it. What fails is due again by itself.</summary>
    public async Task RunDueAsync(CancellationToken cancel)
    {
        var due = await jobs.TakeDueAsync(cancel).ConfigureAwait(false);
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancel };
        await Parallel.ForEachAsync(due, parallel, async (job, token) => await RequestGuard.TryAsync(nameof(QueuedAssignments), logger, async () =>
        {
            if (await jobs.AssignAsync(job, token).ConfigureAwait(false) is { } assigned)
                await DeliverAsync(assigned, token).ConfigureAwait(false);
        }).ConfigureAwait(false)).ConfigureAwait(false);
    }

    private async Task DeliverAsync(AssignmentJob job, CancellationToken cancel)
    {
        var outcome = job.WebhookUrl is { } url ? await PostAsync(job, url, cancel).ConfigureAwait(false) : WebhookOutcome.Delivered;
        if (outcome == WebhookOutcome.Failed && await jobs.PostponeAsync(job).ConfigureAwait(false))
            return;
        if (outcome != WebhookOutcome.Delivered)
        {
            meters.CountDeadLetter();
            Log.WebhookGivenUp(logger, job.Id, outcome);
        }

        if (outcome != WebhookOutcome.Failed)
            await jobs.FinishAsync(job).ConfigureAwait(false);
    }

    private async Task<WebhookOutcome> PostAsync(AssignmentJob job, string url, CancellationToken cancel)
    {
        var result = new AssignmentResult(await jobs.LicensesOfAsync(job, cancel).ConfigureAwait(false), job.Available)
        {
            IsBeyondGenerator = job.State == AssignmentJobState.BeyondGenerator,
        };
        var answer = AssignmentAnswers.Of(result, job.Identifier);
        var envelope = await SignedEnvelope.SealAsync(answer, keys, options.SignedPayload, null, time.GetUtcNow(), cancel).ConfigureAwait(false);
        return await webhooks.PostAsync(url, envelope.Body, cancel, (SignedEnvelope.KeyIdHeader, envelope.KeyId)).ConfigureAwait(false);
    }
}
