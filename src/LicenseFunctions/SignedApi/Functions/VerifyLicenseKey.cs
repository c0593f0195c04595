using LicenseFunctions.Licensing;
using Microsoft.Azure.Functions.Worker;

namespace LicenseFunctions.SignedApi.Functions;

/// <summary>POST /api/v1/verify: 200 valid, 202 the identifier is not active on it.</summary>
public sealed class VerifyLicenseKey(SignedApiGate gate, Licenses licenses)
{
    [Function(nameof(VerifyLicenseKey))]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/v1/verify")] HttpRequest request,
        CancellationToken cancel) =>
        gate.AnswerForLicenseAsync(request, Capability.Verify, (_, license) => licenses.VerifyAsync(license), Answer, cancel);

    private static SignedAnswer Answer(SignedCall call, LicenseVerification verification) => SignedCall.AnswerFor(
        verification.Product, verification.IsActive ? ResultCodes.ValidLicenseKey : ResultCodes.NoActivation);
}
