using LicenseFunctions.Licensing;
using Microsoft.Azure.Functions.Worker;

namespace LicenseFunctions.DomainApi.Functions;

/// <summary>POST /activate: binds a domain to a license; the same again when it is bound already.</summary>
public sealed class ActivateDomain(DomainApiGate gate, Licenses licenses)
{
    [Function(nameof(ActivateDomain))]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", "options", Route = "activate")] HttpRequest request,
        CancellationToken cancel) =>
        gate.AnswerAsync(request, gate.Activate, licenses.ActivateAsync, (call, activation) => new(Answer(call, activation)), cancel);

    private static DomainAnswer Answer(DomainCall call, LicenseActivation activation) => activation.Outcome switch
    {
        ActivationOutcome.Activated or ActivationOutcome.AlreadyActive => DomainAnswer.Success(json =>
        {
            json.WriteBoolean("success", true);
            json.WriteString("message", "License activated successfully on domain.");
            json.WriteString("domain", call.Domain);
            json.WriteString("license_key", call.LicenseKey);
        }),
        ActivationOutcome.LimitReached => DomainAnswer.Failure(DomainErrors.DomainLimitReached),
        ActivationOutcome.NotAssignable => DomainAnswer.Failure(DomainErrors.InvalidKey),
    };
}
