using Microsoft.Azure.Functions.Worker;

namespace LicenseFunctions.SignedApi.Functions;

/// <summary>GET /api/v1/get-telemetry: 900 with the newest entries that match, 902 none does.</summary>
public sealed class GetTelemetry(SignedApiGate gate, TelemetryReport report)
{
    [Function(nameof(GetTelemetry))]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/v1/get-telemetry")] HttpRequest request,
        CancellationToken cancel) =>
        gate.AnswerAsync(request, Capability.GetTelemetry, FindAsync, cancel);

    private async Task<SignedAnswer> FindAsync(SignedCall call, CancellationToken cancel)
    {
        var entries = await report.FindAsync(call.Fields, cancel).ConfigureAwait(false);
        return entries.Count == 0
            ? SignedCall.Answer(ResultCodes.NoTelemetryFound)
            : SignedCall.Answer(ResultCodes.TelemetryRetrieved, json => TelemetryReport.Write(json, entries));
    }
}
