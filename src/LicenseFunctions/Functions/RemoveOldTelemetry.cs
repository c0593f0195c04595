using LicenseFunctions.Licensing;
using Microsoft.Azure.Functions.Worker;

namespace LicenseFunctions.Functions;

/// <summary>Every night: removes telemetry that is older than <c>Retention__Days</c>.</summary>
public sealed class RemoveOldTelemetry(TelemetryRetention retention, LicensingOptions options)
{
    [Function(nameof(RemoveOldTelemetry))]
    public Task Run([TimerTrigger("0 47 3 * * *")] TimerInfo timer, CancellationToken cancel) =>
        retention.RemoveAsync(TimeSpan.FromDays(options.RetentionDays), cancel);
}
