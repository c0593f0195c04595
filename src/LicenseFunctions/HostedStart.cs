using LicenseFunctions.Licensing;
using LicenseFunctions.Signing;
using LicenseFunctions.Webhooks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace LicenseFunctions;

/// <summary>
/// What happens before the first request: the store is opened, the key set is read, the first API key is made when the
/// setting gives one. No key is ever printed here, since a function app's output is telemetry.
/// </summary>
public sealed class HostedStart(
    IServiceProvider services, FirstApiKey firstApiKey, SigningKeys keys, LicensingOptions options, ILogger<HostedStart> logger)
    : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await services.OpenAsync(cancellationToken).ConfigureAwait(false);
        if (options.BootstrapApiKey is { } secret
            && await firstApiKey.EnsureAsync(secret, cancellationToken).ConfigureAwait(false) is { } first)
        {
            Log.FirstApiKey(logger, first.Key.Id);
        }

        try
        {
            await keys.GlobalAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (SigningUnavailableException e)
        {
            // The next request tries again; a vault that is down must not keep the domain API from starting.
            Log.Unavailable(logger, "start", e.Message);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}

public static class HostedStartServices
{
    public static IServiceCollection AddHostedStart(this IServiceCollection services) => services.AddHostedService<HostedStart>().AddHostedService<WebhookLoop>().AddHostedService<ApiKeyUseLoop>();
}
