using LicenseFunctions.Licensing;
using LicenseFunctions.Marketplace;
using Microsoft.Azure.Functions.Worker;

namespace LicenseFunctions.SignedApi.Functions;

/// <summary>
/// POST /api/v1/verify: 200 valid, 202 the identifier is not active on it, 206 the key was a purchase code of the
/// marketplace and is a license from now on.
/// </summary>
public sealed class VerifyLicenseKey(SignedApiGate gate, Licenses licenses, PurchaseCodes purchases)
{
    [Function(nameof(VerifyLicenseKey))]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/v1/verify")] HttpRequest request,
        CancellationToken cancel) =>
        gate.AnswerForLicenseAsync(
            request, Capability.Verify, (_, license) => licenses.VerifyAsync(license), Answer, cancel, adopt: AdoptAsync);

    private static SignedAnswer Answer(SignedCall call, LicenseVerification verification) => SignedCall.AnswerFor(
        verification.Product,
        verification.IsActive ? ResultCodes.ValidLicenseKey
        : call.IsAdoption ? ResultCodes.EnvatoPurchaseCodeAdded
        : ResultCodes.NoActivation);

    /// <summary>An address that cannot be stored is left out: it is not what is verified.</summary>
    private Task<bool> AdoptAsync(SignedCall call, string licenseKey, CancellationToken cancel) => purchases.AdoptAsync(
        licenseKey, call.Fields.StoredText(FieldNames.OwnerEmail) is { Length: <= LicenseFields.LongestName } email ? email : null, cancel);
}
