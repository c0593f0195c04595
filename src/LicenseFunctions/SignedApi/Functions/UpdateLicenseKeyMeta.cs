using LicenseFunctions.Licensing;
using Microsoft.Azure.Functions.Worker;

namespace LicenseFunctions.SignedApi.Functions;

/// <summary>
/// POST /api/v1/update-license-key-meta: 353 updated, with its number; 350 and 351 key or value required, 352 no such key,
/// 202 the identifier that was sent is not active.
/// </summary>
public sealed class UpdateLicenseKeyMeta(SignedApiGate gate, Licenses licenses)
{
    [Function(nameof(UpdateLicenseKeyMeta))]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/v1/update-license-key-meta")] HttpRequest request,
        CancellationToken cancel) =>
        gate.AnswerForLicenseAsync(
            request, Capability.UpdateLicenseKeyMeta,
            (call, license) => licenses.ChangeMetaAsync(license, new MetaFields(call.Fields).EditOf(MetaEditKind.Update)),
            Answer, cancel);

    private static SignedAnswer Answer(SignedCall call, LicenseMetaChange change) => change.Outcome switch
    {
        MetaOutcome.NotActive => SignedCall.AnswerFor(change.Product, ResultCodes.NoActivation),
        _ when new MetaFields(call.Fields).Refuse(change.Product, ResultCodes.UpdateMetaKeyRequired, ResultCodes.UpdateMetaValueRequired) is { } refusal => refusal,
        MetaOutcome.KeyUnknown => SignedCall.AnswerFor(change.Product, ResultCodes.UpdateMetaKeyUnknown),
        _ => SignedCall.AnswerFor(change.Product, ResultCodes.MetadataUpdated, json => json.Field("meta_id", change.MetaId)),
    };
}
