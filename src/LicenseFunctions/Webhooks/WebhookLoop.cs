using LicenseFunctions.Licensing.Events;
using LicenseFunctions.Storage;
using Microsoft.Extensions.Hosting;

namespace LicenseFunctions.Webhooks;

/// <summary>Delivers right after a change in this process; what it misses is the timer's.</summary>
/// <param name="signal">Tells of changes.</param>
/// <param name="dispatcher">What delivers: asked for with the first change, since no start needs it.</param>
/// <param name="logger">For what fails.</param>
public sealed class WebhookLoop(EventSignal signal, Func<WebhookDispatcher> dispatcher, ILogger<WebhookLoop> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Not waited for: a target that does not answer must not keep the others from what happens meanwhile.
        var running = new List<Task>();
        try
        {
            while (true)
            {
                await signal.WaitAsync(stoppingToken).ConfigureAwait(false);
                running.RemoveAll(run => run.IsCompleted);
                running.Add(RunAsync(stoppingToken));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(running).ConfigureAwait(false);
        }
    }

    private async Task RunAsync(CancellationToken cancel)
    {
        try
        {
            await dispatcher().RunDueAsync(cancel).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // It stops; what was taken is due again when its lease is over.
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
