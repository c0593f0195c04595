using LicenseFunctions.Http;
using LicenseFunctions.Webhooks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace LicenseFunctions.SelfHost;

/// <summary>The function classes on Kestrel: the same routes, the same 404s, the timers in the background.</summary>
public static class SelfHostApp
{
    public const string DefaultUrl = "http://localhost:7071";

    /// <summary>How long requests in flight may take to come to their end when the server is told to stop; deploy/ allows for more.</summary>
    public static readonly TimeSpan Shutdown = TimeSpan.FromSeconds(30);

    /// <summary>The largest body that any endpoint takes, and a little more for the endpoint to refuse in its own words.</summary>
    private const long MostBytes = 2 * 1024 * 1024;

    /// <summary>Builds the host; nothing is opened or listened to yet, apart from the embedded store's file.</summary>
    /// <param name="args">Command-line settings of the web server.</param>
    /// <param name="settings">Our settings.</param>
    /// <param name="configure">Changes services or server, for tests.</param>
    public static WebApplication Build(string[] args, IConfiguration settings, Action<WebApplicationBuilder>? configure = null) =>
        Build(args, Task.FromResult(new HostSettings(settings, LicensingOptions.From(settings), null)), configure);

    /// <summary>As above, while the settings are being read.</summary>
    internal static WebApplication Build(string[] args, Task<HostSettings> read, Action<WebApplicationBuilder>? configure = null)
    {
        // Settings are read once: watching for changes would see every write to a store that lies below the current directory.
        var builder = WebApplication.CreateSlimBuilder(["--hostBuilder:reloadConfigOnChange=false", .. args]);
        if (string.IsNullOrEmpty(builder.Configuration["urls"]))
            builder.WebHost.UseUrls(DefaultUrl);
        builder.WebHost.ConfigureKestrel(server =>
        {
            server.AddServerHeader = false;
            server.Limits.MaxRequestBodySize = MostBytes;
            // A client has its headers at hand; one that dribbles them holds a connection.
            server.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        });
        // A request goes on where its bytes were received: the functions wait for nothing but tasks, so nobody is held up.
        builder.WebHost.UseSockets(sockets => sockets.UnsafePreferInlineScheduling = true);
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<ILoggerProvider>(services => new LineLog(Console.OpenStandardOutput(), services.GetRequiredService<TimeProvider>()));
        // A start that fails is told in one line by SelfHostProgram, not also here with its stack trace; nor are the services
        // that it stops before they have begun. What fails later in them, they log themselves.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
        // It logs nothing above Information, but as long as it may it makes an Activity for every request.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = Shutdown);
        var (settings, options, ahead) = read.GetAwaiter().GetResult();
        if (!string.IsNullOrEmpty(settings[OtlpExport.EndpointSetting]))
            OtlpExport.Add(builder, settings);
        builder.Services.AddLicensing(options, ahead);
        builder.Services.AddSingleton<Opening>();
        builder.Services.AddHostedService<TimerFunctions>();
        builder.Services.AddHostedService<WebhookLoop>();
        builder.Services.AddHostedService<ApiKeyUseLoop>();
        configure?.Invoke(builder);
        var app = builder.Build();
        Serve(app, app.Services.GetRequiredService<FunctionCatalog>(), HostJson.RoutePrefix(AppContext.BaseDirectory));
        return app;
    }

    /// <summary>
    /// Every request goes to its function, without ASP.NET's routing, whose tables took a tenth of the start. The Functions
    /// host answers 404, not 405, to a method that a route does not take.
    /// </summary>
    private static void Serve(WebApplication app, FunctionCatalog functions, string prefix)
    {
        var below = prefix.Length == 0 ? PathString.Empty : new PathString("/" + prefix);
        var opening = app.Services.GetRequiredService<Opening>();
        app.Run(context => opening.Done.IsCompletedSuccessfully ? ServeAsync(functions, below, context) : ServeOnceOpenAsync(opening, functions, below, context));
    }

    private static async Task ServeOnceOpenAsync(Opening opening, FunctionCatalog functions, PathString prefix, HttpContext context)
    {
        await opening.Done.ConfigureAwait(false);
        await ServeAsync(functions, prefix, context).ConfigureAwait(false);
    }

    private static async Task ServeAsync(FunctionCatalog functions, PathString prefix, HttpContext context)
    {
        var request = context.Request;
        var function = request.Path.StartsWithSegments(prefix, StringComparison.OrdinalIgnoreCase, out var path)
            ? functions.Find(request, path)
            : null;
        if (function is not null && context.Features.Get<IHttpMetricsTagsFeature>() is not null)
            context.SetEndpoint(function.Endpoint);
        var result = function is null ? new NotFound() : await function.InvokeAsync(context).ConfigureAwait(false);
        await result.ExecuteAsync(context).ConfigureAwait(false);
    }
}
