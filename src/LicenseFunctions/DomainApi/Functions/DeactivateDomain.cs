using LicenseFunctions.Licensing;
using Microsoft.Azure.Functions.Worker;

namespace LicenseFunctions.DomainApi.Functions;

/// <summary>POST /deactivate: frees the slot of a domain.</summary>
public sealed class DeactivateDomain(DomainApiGate gate, Licenses licenses)
{
    [Function(nameof(DeactivateDomain))]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", "options", Route = "deactivate")] HttpRequest request,
        CancellationToken cancel) =>
        gate.AnswerAsync(request, gate.Deactivate, licenses.DeactivateAnyAsync, (call, deactivation) => new(Answer(call, deactivation)), cancel);

    private static DomainAnswer Answer(DomainCall call, LicenseDeactivation deactivation) => deactivation.WasActive
        ? DomainAnswer.Success(json =>
        {
            json.WriteBoolean("success", true);
            json.WriteString("message", "Domain deactivated successfully.");
            json.WriteString("domain", call.Domain);
            json.WriteString("license_key", call.LicenseKey);
        })
        : DomainAnswer.Failure(DomainErrors.DomainNotFound);
}
