using LicenseFunctions.Licensing;
using Microsoft.Azure.Functions.Worker;

namespace LicenseFunctions.SignedApi.Functions;

/// <summary>POST /api/v1/delete-license-key: 850 deleted, with all its activations; 851 unknown.</summary>
public sealed class DeleteLicenseKey(SignedApiGate gate, Licenses licenses)
{
    [Function(nameof(DeleteLicenseKey))]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/v1/delete-license-key")] HttpRequest request,
        CancellationToken cancel) =>
        gate.AnswerForLicenseAsync(
            request, Capability.DeleteLicenseKey, (_, license) => licenses.DeleteAsync(license),
            (_, deletion) => SignedCall.AnswerFor(deletion.Product, ResultCodes.LicenseKeyDeleted),
            cancel, unknown: ResultCodes.DeleteLicenseKeyUnknown);
}
