using Microsoft.Azure.Functions.Worker;

namespace LicenseFunctions.SignedApi.Functions;

/// <summary>POST /api/v1/send-telemetry-data: 830 saved, 831 saved although something is wrong with it.</summary>
public sealed class SendTelemetryData(SignedApiGate gate, TelemetryReception reception)
{
    [Function(nameof(SendTelemetryData))]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/v1/send-telemetry-data")] HttpRequest request,
        CancellationToken cancel) =>
        gate.AnswerAsync(request, Capability.SendTelemetryData, reception.SaveAsync, cancel);
}
