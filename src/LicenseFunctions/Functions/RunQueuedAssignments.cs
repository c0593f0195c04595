using LicenseFunctions.Licensing.Claiming;
using LicenseFunctions.SignedApi;
using Microsoft.Azure.Functions.Worker;

namespace LicenseFunctions.Functions;

/// <summary>Every few seconds: does the queued assignments. Every minute: gives back what calls that died had claimed. Every night: forgets the done ones.</summary>
public sealed class RunQueuedAssignments(QueuedAssignments queue, AssignmentJobs jobs, RandomAssignment assignment)
{
    [Function(nameof(RunQueuedAssignments))]
    public Task Run([TimerTrigger("*/5 * * * * *")] TimerInfo timer, CancellationToken cancel) => queue.RunDueAsync(cancel);

    [Function(nameof(GiveBackClaims))]
    public Task GiveBackClaims([TimerTrigger("45 * * * * *")] TimerInfo timer, CancellationToken cancel) => assignment.GiveBackOverdueAsync(cancel);

    [Function(nameof(ForgetQueuedAssignments))]
    public Task ForgetQueuedAssignments([TimerTrigger("0 27 3 * * *")] TimerInfo timer, CancellationToken cancel) => jobs.RemoveNotesAsync(cancel);
}
