using LicenseFunctions.Chaos.Cluster;
using LicenseFunctions.Chaos.Workload;
using LicenseFunctions.Checks;
using LicenseFunctions.Licensing;
using LicenseFunctions.Licensing.Claiming;
using LicenseFunctions.Licensing.Events;
using LicenseFunctions.Licensing.Listing;
using LicenseFunctions.SignedApi;
using LicenseFunctions.Webhooks;
using Microsoft.Extensions.DependencyInjection;

namespace LicenseFunctions.Chaos;

/// <summary>
/// What comes after: nobody runs any more. The timers finish what the dead had begun, on a clock half an hour ahead, on which
/// everything unfinished is overdue; then the doctor looks, and everybody compares the store with what was answered.
/// </summary>
internal static class Aftermath
{
    private static readonly TimeSpan Ahead = TimeSpan.FromMinutes(30);

    public static async Task ExamineAsync(Bed bed, Crowd crowd, Listener listener, Ledger ledger, TextWriter output)
    {
        await using var services = await bed.OpenAsync(Ahead);
        for (var i = 0; i < 3; i++)
            await RunTimersAsync(services);
        await output.WriteLineAsync("the timers have finished what the dead had begun");
        var summary = await services.GetRequiredService<StoreDoctor>().RunAsync(
            false, finding => ledger.Violate($"doctor: {finding}", kind: "doctor"), _ => { }, default);
        await output.WriteLineAsync($"the doctor has read {summary.Rows} rows: {summary.Found} findings");
        foreach (var actor in crowd.Actors.Distinct())
            await actor.VerifyAsync(services);
        crowd.Windows.Verify();
        ledger.Count("license.deleted events told", listener.Of(EventNames.LicenseDeleted));
        if (listener.Of(EventNames.LicenseDeleted) < ledger.Of("licenses deleted"))
            ledger.Violate($"{ledger.Of("licenses deleted")} licenses were deleted, {listener.Of(EventNames.LicenseDeleted)} events told of it");
    }

    private static async Task RunTimersAsync(IServiceProvider services)
    {
        await services.GetRequiredService<QueuedAssignments>().RunDueAsync(default);
        await services.GetRequiredService<RandomAssignment>().GiveBackOverdueAsync(default);
        await services.GetRequiredService<AssignmentJobs>().RemoveNotesAsync(default);
        await services.GetRequiredService<LicenseOutbox>().ReplayOverdueAsync(default);
        await services.GetRequiredService<CreationPlans>().FinishOverdueAsync(default);
        await services.GetRequiredService<WebhookDispatcher>().RunDueAsync(default);
    }
}
