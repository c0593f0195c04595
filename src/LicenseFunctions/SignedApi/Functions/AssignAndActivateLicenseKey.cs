using LicenseFunctions.Licensing;
using Microsoft.Azure.Functions.Worker;

namespace LicenseFunctions.SignedApi.Functions;

/// <summary>POST /api/v1/assign-and-activate-license-key: 300 activated, 801 it is not available.</summary>
public sealed class AssignAndActivateLicenseKey(SignedApiGate gate, Licenses licenses)
{
    [Function(nameof(AssignAndActivateLicenseKey))]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/v1/assign-and-activate-license-key")] HttpRequest request,
        CancellationToken cancel) =>
        gate.AnswerForLicenseAsync(
            request, Capability.AssignAndActivateLicenseKey,
            (call, license) => licenses.AssignAndActivateAsync(
                license with { PostUrl = ActivateLicenseKey.PostUrlOf(call) }, AssignLicenseKey.AssignmentOf(call)),
            ActivateLicenseKey.Answer, cancel, flaw: AssignLicenseKey.FlawOfOwner);
}
