using LicenseFunctions.Licensing;
using Microsoft.Azure.Functions.Worker;

namespace LicenseFunctions.SignedApi.Functions;

/// <summary>
/// POST /api/v1/delete-license-key-meta: 252 deleted, 250 key required, 251 no such key,
/// 202 the identifier that was sent is not active.
/// </summary>
public sealed class DeleteLicenseKeyMeta(SignedApiGate gate, Licenses licenses)
{
    [Function(nameof(DeleteLicenseKeyMeta))]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/v1/delete-license-key-meta")] HttpRequest request,
        CancellationToken cancel) =>
        gate.AnswerForLicenseAsync(
            request, Capability.DeleteLicenseKeyMeta,
            (call, license) => licenses.ChangeMetaAsync(license, new MetaFields(call.Fields).EditOf(MetaEditKind.Delete)),
            Answer, cancel);

    private static SignedAnswer Answer(SignedCall call, LicenseMetaChange change) => change.Outcome switch
    {
        MetaOutcome.NotActive => SignedCall.AnswerFor(change.Product, ResultCodes.NoActivation),
        _ when new MetaFields(call.Fields).Refuse(change.Product, ResultCodes.DeleteMetaKeyRequired) is { } refusal => refusal,
        MetaOutcome.KeyUnknown => SignedCall.AnswerFor(change.Product, ResultCodes.DeleteMetaKeyUnknown),
        _ => SignedCall.AnswerFor(change.Product, ResultCodes.MetadataDeleted),
    };
}
