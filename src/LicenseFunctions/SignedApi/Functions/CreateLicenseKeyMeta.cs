using LicenseFunctions.Licensing;
using Microsoft.Azure.Functions.Worker;

namespace LicenseFunctions.SignedApi.Functions;

/// <summary>
/// POST /api/v1/create-license-key-meta: 453 created, with its number; 450 and 451 key or value required, 452 the key exists,
/// 202 the identifier that was sent is not active.
/// </summary>
public sealed class CreateLicenseKeyMeta(SignedApiGate gate, Licenses licenses)
{
    [Function(nameof(CreateLicenseKeyMeta))]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/v1/create-license-key-meta")] HttpRequest request,
        CancellationToken cancel) =>
        gate.AnswerForLicenseAsync(
            request, Capability.CreateLicenseKeyMeta,
            (call, license) => licenses.ChangeMetaAsync(license, new MetaFields(call.Fields).EditOf(MetaEditKind.Create)),
            Answer, cancel);

    private static SignedAnswer Answer(SignedCall call, LicenseMetaChange change) => change.Outcome switch
    {
        MetaOutcome.NotActive => SignedCall.AnswerFor(change.Product, ResultCodes.NoActivation),
        _ when new MetaFields(call.Fields).Refuse(change.Product, ResultCodes.CreateMetaKeyRequired, ResultCodes.CreateMetaValueRequired) is { } refusal => refusal,
        MetaOutcome.KeyExists => SignedCall.AnswerFor(change.Product, ResultCodes.CreateMetaKeyExists),
        MetaOutcome.Full => MetaFields.AnswerFull(change.Product, ResultCodes.CreateMetaKeyRequired),
        _ => SignedCall.AnswerFor(change.Product, ResultCodes.MetadataCreated, json => json.Field("meta_id", change.MetaId)),
    };
}
