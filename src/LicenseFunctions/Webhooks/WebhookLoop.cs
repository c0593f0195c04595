using LicenseFunctions.Licensing.Events;
using LicenseFunctions.Storage;
using Microsoft.Extensions.Hosting;

namespace LicenseFunctions.Webhooks;

/// <summary>Delivers right after a change in this process; what it misses is the timer's.</summary>
public sealed class WebhookLoop(EventSignal signal, WebhookDispatcher dispatcher, ILogger<WebhookLoop> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await signal.WaitAsync(stoppingToken).ConfigureAwait(false);
                await dispatcher.RunDueAsync(stoppingToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (StorageUnavailableException e)
            {
                Log.Unavailable(logger, nameof(WebhookLoop), e.Message);
            }
#pragma warning disable CA1031 // A delivery that fails is logged; the timer tries it again, and the next change wakes this loop.
            catch (Exception e)
#pragma warning restore CA1031
            {
                Log.Failed(logger, e, nameof(WebhookLoop));
            }
        }
    }
}
