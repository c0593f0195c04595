using LicenseFunctions.Observability;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace LicenseFunctions.SelfHost;

/// <summary>
/// Sends traces, metrics and logs to a collector, by OpenTelemetry's own variables. Only where an endpoint is set is any of
/// it loaded.
/// </summary>
/// <remarks>
/// ASP.NET Core's spans are left out: they hold the addresses of requests, and those hold keys. Its metrics name routes.
/// </remarks>
/// <param name="configuration">OpenTelemetry's variables.</param>
/// <param name="meters">Made before this and so disposed of after it: the last export reads its gauges.</param>
public sealed class OtlpExport(IConfiguration configuration, Meters meters) : IHostedService, IDisposable
{
    public const string EndpointSetting = "OTEL_EXPORTER_OTLP_ENDPOINT";

    private const string DefaultServiceName = "license-functions";

    private static readonly string[] FrameworkMeters = ["Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime"];

    private TracerProvider? _traces;
    private MeterProvider? _metrics;

    /// <summary>To be called only where an endpoint is set; first of all hosted services, so that it stops last.</summary>
    public static void Add(WebApplicationBuilder builder, IConfiguration settings)
    {
        // As all our settings, these may stand in local.settings.json, which OpenTelemetry does not read.
        builder.Configuration.AddInMemoryCollection(settings.AsEnumerable().Where(each => each.Key.StartsWith("OTEL_", StringComparison.Ordinal)));
        builder.Services.AddHostedService(services => new OtlpExport(builder.Configuration, services.GetRequiredService<Meters>()));
        builder.Logging.AddOpenTelemetry(logs => logs.SetResourceBuilder(Resource()).AddOtlpExporter());
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _traces = Sdk.CreateTracerProviderBuilder()
            .ConfigureServices(services => services.AddSingleton(configuration))
            .SetResourceBuilder(Resource())
            .AddSource(meters.Activities.Name)
            .AddOtlpExporter()
            .Build();
        _metrics = Sdk.CreateMeterProviderBuilder()
            .ConfigureServices(services => services.AddSingleton(configuration))
            .SetResourceBuilder(Resource())
            .AddMeter([Meters.Name, .. FrameworkMeters])
            .AddOtlpExporter()
            .Build();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Sends what is left.</summary>
    public void Dispose()
    {
        _metrics?.Dispose();
        _traces?.Dispose();
    }

    /// <summary><c>OTEL_SERVICE_NAME</c> and <c>OTEL_RESOURCE_ATTRIBUTES</c> win over the default.</summary>
    private static ResourceBuilder Resource() =>
        ResourceBuilder.CreateDefault().AddService(DefaultServiceName, autoGenerateServiceInstanceId: true).AddEnvironmentVariableDetector();
}
