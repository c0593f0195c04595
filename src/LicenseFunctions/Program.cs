using Azure.Identity;
using Azure.Monitor.OpenTelemetry.Exporter;
using LicenseFunctions;
using LicenseFunctions.Observability;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

var builder = FunctionsApplication.CreateBuilder(args);
builder.ConfigureFunctionsWebApplication();
builder.Services.AddLicensing(builder.Configuration).AddHostedStart();
// Log lines go by way of the host. The exporter finds Application Insights in the setting that the host reads too.
if (!string.IsNullOrEmpty(builder.Configuration["APPLICATIONINSIGHTS_CONNECTION_STRING"]))
{
    builder.Services.AddOpenTelemetry()
        .WithMetrics(metrics => metrics.AddMeter(Meters.Name).AddAzureMonitorMetricExporter(credential: new DefaultAzureCredential()))
        .WithTracing(traces => traces.AddSource(Meters.Name)
            // One in ten: the exporter's own limit of five a second, if it is not taken away, is what counts.
            .AddAzureMonitorTraceExporter(options => (options.TracesPerSecond, options.SamplingRatio) = (null, 0.1F), new DefaultAzureCredential()));
}

builder.Build().Run();
