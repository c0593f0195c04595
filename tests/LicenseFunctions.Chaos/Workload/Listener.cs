using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace LicenseFunctions.Chaos.Workload;

/// <summary>Where webhooks arrive: which events came, each counted once however often it came.</summary>
internal sealed class Listener : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, string> _events = new(StringComparer.Ordinal);
    private WebApplication _app = null!;

    public string Url => _app.Urls.First();

    public static async Task<Listener> StartAsync()
    {
        var listener = new Listener();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        listener._app = builder.Build();
        listener._app.Run(async context =>
        {
            using var body = await JsonDocument.ParseAsync(context.Request.Body);
            listener._events[body.RootElement.GetProperty("id").GetString()!] = body.RootElement.GetProperty("event").GetString()!;
        });
        await listener._app.StartAsync();
        return listener;
    }

    public int Of(string name) => _events.Values.Count(each => each == name);

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
