using LicenseFunctions.Licensing;
using Microsoft.Azure.Functions.Worker;

namespace LicenseFunctions.SignedApi.Functions;

/// <summary>POST /api/v1/deactivate: "400" deactivated (a text, signed by the global key), 401 already inactive.</summary>
public sealed class DeactivateLicenseKey(SignedApiGate gate, Licenses licenses)
{
    [Function(nameof(DeactivateLicenseKey))]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/v1/deactivate")] HttpRequest request,
        CancellationToken cancel) =>
        gate.AnswerForLicenseAsync(request, Capability.Deactivate, (_, license) => licenses.DeactivateAsync(license), Answer, cancel);

    private static SignedAnswer Answer(SignedCall call, LicenseDeactivation deactivation) => deactivation.WasActive
        ? SignedCall.Answer(ResultCodes.LicenseKeyDeactivated)
        : SignedCall.AnswerFor(deactivation.Product, ResultCodes.LicenseKeyAlreadyInactive);
}
