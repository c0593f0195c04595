using LicenseFunctions.Licensing;
using LicenseFunctions.Webhooks;
using Microsoft.Azure.Functions.Worker;

namespace LicenseFunctions.SignedApi.Functions;

/// <summary>POST /api/v1/activate: 300 activated, 301 already active, 302 limit reached.</summary>
public sealed class ActivateLicenseKey(SignedApiGate gate, Licenses licenses)
{
    private const int LongestUrl = 2048;

    [Function(nameof(ActivateLicenseKey))]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/v1/activate")] HttpRequest request,
        CancellationToken cancel) =>
        gate.AnswerForLicenseAsync(
            request, Capability.Activate, (call, license) => licenses.ActivateAsync(license with { PostUrl = PostUrlOf(call) }), Answer, cancel);

    /// <summary>Who is told when the activation is removed; what is no address is nobody, as it always was.</summary>
    internal static string? PostUrlOf(SignedCall call) =>
        call.Fields.Text(FieldNames.PostUrl) is { Length: <= LongestUrl } url && WebhookSender.IsTarget(url) ? url : null;

    /// <summary>What an activation answers, here and where a license is assigned first.</summary>
    internal static SignedAnswer Answer(SignedCall call, LicenseActivation activation) => activation.Outcome switch
    {
        ActivationOutcome.Activated => SignedCall.AnswerFor(activation.Product, ResultCodes.LicenseKeyActivated),
        ActivationOutcome.AlreadyActive => SignedCall.AnswerFor(activation.Product, ResultCodes.LicenseKeyAlreadyActive),
        ActivationOutcome.LimitReached => SignedCall.AnswerFor(activation.Product, ResultCodes.ActivationLimitReached),
        ActivationOutcome.NotAssignable => SignedCall.Answer(ResultCodes.LicenseKeyNotAssignable),
    };
}
