using LicenseFunctions.Licensing;
using Microsoft.Azure.Functions.Worker;

namespace LicenseFunctions.SignedApi.Functions;

/// <summary>POST /api/v1/activate: 300 activated, 301 already active, 302 limit reached.</summary>
public sealed class ActivateLicenseKey(SignedApiGate gate, Licenses licenses)
{
    [Function(nameof(ActivateLicenseKey))]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/v1/activate")] HttpRequest request,
        CancellationToken cancel) =>
        gate.AnswerForLicenseAsync(request, Capability.Activate, (_, license) => licenses.ActivateAsync(license), Answer, cancel);

    /// <summary>What an activation answers, here and where a license is assigned first.</summary>
    internal static SignedAnswer Answer(SignedCall call, LicenseActivation activation) => activation.Outcome switch
    {
        ActivationOutcome.Activated => SignedCall.AnswerFor(activation.Product, ResultCodes.LicenseKeyActivated),
        ActivationOutcome.AlreadyActive => SignedCall.AnswerFor(activation.Product, ResultCodes.LicenseKeyAlreadyActive),
        ActivationOutcome.LimitReached => SignedCall.AnswerFor(activation.Product, ResultCodes.ActivationLimitReached),
        ActivationOutcome.NotAssignable => SignedCall.Answer(ResultCodes.LicenseKeyNotAssignable),
    };
}
