using Microsoft.Azure.Functions.Worker;

namespace LicenseFunctions.SignedApi.Functions;

/// <summary>GET /api/v1/get-telemetry-data: 970 with the newest entries that match, be there none.</summary>
public sealed class GetTelemetryData(SignedApiGate gate, TelemetryReport report)
{
    [Function(nameof(GetTelemetryData))]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/v1/get-telemetry-data")] HttpRequest request,
        CancellationToken cancel) =>
        gate.AnswerAsync(request, Capability.GetTelemetryData, FindAsync, cancel);

    private async Task<SignedAnswer> FindAsync(SignedCall call, CancellationToken cancel)
    {
        var entries = await report.FindAsync(call.Fields, cancel).ConfigureAwait(false);
        return SignedCall.Answer(ResultCodes.TelemetryDataFound, json => TelemetryReport.Write(json, entries));
    }
}
