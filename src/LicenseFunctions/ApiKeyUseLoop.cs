using LicenseFunctions.Licensing;
using LicenseFunctions.Storage;
using Microsoft.Extensions.Hosting;

namespace LicenseFunctions;

/// <summary>Writes once a minute, and at the end, when API keys were used.</summary>
public sealed class ApiKeyUseLoop(ApiKeyUse use, TimeProvider time, ILogger<ApiKeyUseLoop> logger) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken).ConfigureAwait(false);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            await WriteAsync(patience.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // An hour of last use is not worth waiting for.
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await Task.Delay(Pause, time, stoppingToken).ConfigureAwait(false);
                await WriteAsync(stoppingToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private async Task WriteAsync(CancellationToken cancel)
    {
        try
        {
            await use.WriteAsync(cancel).ConfigureAwait(false);
        }
        catch (StorageUnavailableException e)
        {
            Log.Unavailable(logger, nameof(ApiKeyUseLoop), e.Message);
        }
    }
}
