using LicenseFunctions.Http;
using LicenseFunctions.Webhooks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace LicenseFunctions.SelfHost;

/// <summary>The function classes on Kestrel: the same routes, the same 404s, the timers in the background.</summary>
public static class SelfHostApp
{
    public const string DefaultUrl = "http://localhost:7071";

    /// <summary>The largest body that any endpoint takes, and a little more for the endpoint to refuse in its own words.</summary>
    private const long MostBytes = 2 * 1024 * 1024;

    /// <summary>Builds the host; nothing is opened or listened to yet, apart from the embedded store's file.</summary>
    /// <param name="args">Command-line settings of the web server.</param>
    /// <param name="settings">Our settings.</param>
    /// <param name="configure">Changes services or server, for tests.</param>
    public static WebApplication Build(string[] args, IConfiguration settings, Action<WebApplicationBuilder>? configure = null)
    {
        // Settings are read once: watching for changes would see every write to a store that lies below the current directory.
        var builder = WebApplication.CreateSlimBuilder(["--hostBuilder:reloadConfigOnChange=false", .. args]);
        if (string.IsNullOrEmpty(builder.Configuration["urls"]))
            builder.WebHost.UseUrls(DefaultUrl);
        builder.WebHost.ConfigureKestrel(server =>
        {
            server.AddServerHeader = false;
            server.Limits.MaxRequestBodySize = MostBytes;
        });
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<ILoggerProvider>(services => new LineLog(Console.OpenStandardOutput(), services.GetRequiredService<TimeProvider>()));
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning);
        // A start that fails is told in one line by SelfHostProgram, not also here with its stack trace; nor are the services
        // that it stops before they have begun. What fails later in them, they log themselves.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
        // It logs nothing above Information, but as long as it may it makes an Activity for every request.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
        if (!string.IsNullOrEmpty(settings[OtlpExport.EndpointSetting]))
            OtlpExport.Add(builder, settings);
        builder.Services.AddLicensing(settings);
        builder.Services.AddHostedService<TimerFunctions>();
        builder.Services.AddHostedService<WebhookLoop>();
        configure?.Invoke(builder);
        var app = builder.Build();
        MapFunctions(app, HostJson.RoutePrefix(AppContext.BaseDirectory));
        return app;
    }

    /// <summary>One endpoint for each route; the Functions host answers 404, not 405, to a method that a route does not take.</summary>
    private static void MapFunctions(WebApplication app, string prefix)
    {
        foreach (var route in app.Services.GetRequiredService<FunctionCatalog>().All.GroupBy(function => function.Route, StringComparer.OrdinalIgnoreCase))
        {
            var functions = route.ToArray();
            var pattern = prefix.Length == 0 ? "/" + route.Key : $"/{prefix}/{route.Key}";
            app.Map(pattern, (RequestDelegate)(context => ServeAsync(functions, context)));
        }
    }

    private static async Task ServeAsync(HttpFunction[] functions, HttpContext context)
    {
        var function = Array.Find(functions, each => each.Takes(context.Request.Method));
        if (function is null)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        var result = await function.InvokeAsync(context).ConfigureAwait(false);
        await result.ExecuteAsync(context).ConfigureAwait(false);
    }
}
