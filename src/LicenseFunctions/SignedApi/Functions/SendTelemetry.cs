using Microsoft.Azure.Functions.Worker;

namespace LicenseFunctions.SignedApi.Functions;

/// <summary>POST /api/v1/send-telemetry: 830 saved, 831 saved although something is wrong with it.</summary>
public sealed class SendTelemetry(SignedApiGate gate, TelemetryReception reception)
{
    [Function(nameof(SendTelemetry))]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/v1/send-telemetry")] HttpRequest request,
        CancellationToken cancel) =>
        gate.AnswerAsync(request, Capability.SendTelemetry, reception.SaveAsync, cancel);
}
