using System.Net.Sockets;
using LicenseFunctions.Licensing;
using LicenseFunctions.Signing;
using LicenseFunctions.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace LicenseFunctions.SelfHost;

/// <summary>Starts the self-host, says where it is, and turns what stops the start into one line.</summary>
public static class SelfHostProgram
{
    public static async Task<int> RunAsync(string[] args)
    {
        try
        {
            // Beside the building of the host, which needs them late.
            var app = SelfHostApp.Build(args, Task.Run(ReadSettings));
            await using (app.ConfigureAwait(false))
            {
                var opened = app.Services.GetRequiredService<Opening>().Begin(() => PrepareAsync(app.Services), () => Rehearsal.RunAsync(app.Services));
                await Task.WhenAll(opened, app.StartAsync()).ConfigureAwait(false);
                // Only now: a start that fails must not leave a key behind that nobody was shown.
                var first = await app.Services.GetRequiredService<FirstApiKey>().EnsureAsync(null, CancellationToken.None).ConfigureAwait(false);
                Announce(app, first?.Secret);
                await app.WaitForShutdownAsync().ConfigureAwait(false);
            }

            return 0;
        }
        catch (Exception e) when (Explain(e) is { } line)
        {
            await Console.Error.WriteLineAsync($"license-functions: {line}").ConfigureAwait(false);
            return 1;
        }
    }

    private static HostSettings ReadSettings()
    {
        var settings = LocalSettings.Read();
        var options = LicensingOptions.From(settings);
        return new(settings, options, StartedAhead.Begin(options));
    }

    /// <summary>Opens the store and the keys; makes the first API key where the setting gives it.</summary>
    private static async Task PrepareAsync(IServiceProvider services)
    {
        await services.OpenAsync(CancellationToken.None).ConfigureAwait(false);
        await services.GetRequiredService<SigningKeys>().GlobalAsync(CancellationToken.None).ConfigureAwait(false);
        if (services.GetRequiredService<LicensingOptions>().BootstrapApiKey is { } given)
            await services.GetRequiredService<FirstApiKey>().EnsureAsync(given, CancellationToken.None).ConfigureAwait(false);
    }

    private static void Announce(WebApplication app, string? firstApiKey)
    {
        var options = app.Services.GetRequiredService<LicensingOptions>();
        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses ?? [];
        var store = options.StorageProvider == StorageProvider.Embedded ? Path.GetFullPath(options.StoragePath) : "Azure Tables";
        var keys = options.SigningProvider == SigningProvider.LocalKeys ? Path.GetFullPath(options.SigningPath) : options.SigningVaultUri!.ToString();
        Console.WriteLine($"Listening on {string.Join(", ", addresses)}  (Ctrl+C stops)");
        Console.WriteLine($"  store         {store}");
        Console.WriteLine($"  signing keys  {keys}");
        if (firstApiKey is not null)
        {
            Console.WriteLine("This store had no API key. Here is one with every capability; it is shown this once:");
            Console.WriteLine($"export LICENSE_API_KEY={firstApiKey}");
        }
    }

    /// <summary>One line that says what to do; null for a defect of ours, which keeps its stack trace.</summary>
    private static string? Explain(Exception exception) => exception switch
    {
        SettingException or StoreCannotOpenException => exception.Message,
        StorageUnavailableException => $"The store does not answer: {exception.Message}",
        SigningUnavailableException => exception.Message,
        IOException { InnerException: Microsoft.AspNetCore.Connections.AddressInUseException } =>
            $"{exception.Message.TrimEnd('.')}: the port is taken. Stop what listens there, or choose another address with ASPNETCORE_URLS.",
        SocketException or IOException { InnerException: SocketException } =>
            $"Cannot listen there: {exception.Message.TrimEnd('.')}. Choose another address with ASPNETCORE_URLS.",
        FormatException or InvalidOperationException or ArgumentException when exception.StackTrace?.Contains("AddressBinder", StringComparison.Ordinal) == true =>
            $"ASPNETCORE_URLS is not an address to listen on: {exception.Message}",
        _ => null,
    };
}
