using LicenseFunctions.Licensing;
using LicenseFunctions.Licensing.Listing;
using LicenseFunctions.Observability;
using Microsoft.Azure.Functions.Worker;

namespace LicenseFunctions.Functions;

/// <summary>Every minute: brings the lists, and the copies of block rules and API keys, up to what requests that died have changed.</summary>
public sealed class FinishChanges(LicenseOutbox outbox, CreationPlans plans, AccessRules rules, ApiKeys apiKeys, OutboxGauge gauge)
{
    [Function(nameof(FinishChanges))]
    public async Task Run([TimerTrigger("30 * * * * *")] TimerInfo timer, CancellationToken cancel)
    {
        try
        {
            await outbox.ReplayOverdueAsync(cancel).ConfigureAwait(false);
            await plans.FinishOverdueAsync(cancel).ConfigureAwait(false);
            await rules.FinishChangesAsync(cancel).ConfigureAwait(false);
            await apiKeys.FinishChangesAsync(cancel).ConfigureAwait(false);
        }
        finally
        {
            // Afterwards: what is left then is what could not be finished.
            await gauge.RefreshAsync(cancel).ConfigureAwait(false);
        }
    }
}
