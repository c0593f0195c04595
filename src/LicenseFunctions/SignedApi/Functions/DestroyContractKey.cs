using LicenseFunctions.Licensing;
using LicenseFunctions.Licensing.Contracting;
using Microsoft.Azure.Functions.Worker;

namespace LicenseFunctions.SignedApi.Functions;

/// <summary>
/// POST /api/v1/contracts/destroy: 1400 a license made under a contract is deleted, and may be made anew; 1401 there is no
/// such license, or it was made under no contract; 102 its contract does not permit that.
/// </summary>
public sealed class DestroyContractKey(
    SignedApiGate gate, ContractKeys keys, Contracts contracts, ContractReference reference, Licenses licenses, Products products)
{
    [Function(nameof(DestroyContractKey))]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/v1/contracts/destroy")] HttpRequest request,
        CancellationToken cancel) =>
        gate.AnswerAsync(request, Capability.ContractsDestroy, DestroyAsync, cancel);

    private async Task<SignedAnswer> DestroyAsync(SignedCall call, CancellationToken cancel)
    {
        var key = call.Fields.StoredText(FieldNames.LicenseKey);
        var license = key is null or { Length: > SignedFields.LongestKey } ? null : await licenses.FindAsync(key, cancel).ConfigureAwait(false);
        // Looked for last: what an earlier attempt began may land any time.
        if (await keys.FindDestroyedAsync(call.Operation, cancel).ConfigureAwait(false) is { } destroyed)
            return SignedCall.AnswerFor(await products.FindAsync(destroyed.ProductId, cancel).ConfigureAwait(false), ResultCodes.ContractLicenseKeyDeleted);
        if (license?.ContractId is not { } contractId || await contracts.FindAsync(contractId, cancel).ConfigureAwait(false) is not { } contract)
            return SignedCall.Answer(ResultCodes.ContractLicenseKeyUnknown);
        // A call that names a contract means a license of that contract.
        if (ContractReference.IsIn(call.Fields) && (await reference.FindAsync(call.Fields, cancel).ConfigureAwait(false))?.Id != contract.Id)
            return SignedCall.Answer(ResultCodes.ContractLicenseKeyUnknown);
        if (!contract.Permits(contract.CanDestroy))
            return SignedCall.Answer(ResultCodes.MissingCapability);
        var product = await products.FindAsync(license.ProductId, cancel).ConfigureAwait(false);
        return await keys.DestroyAsync(contract.Id, license, call.Operation, cancel).ConfigureAwait(false)
            ? SignedCall.AnswerFor(product, ResultCodes.ContractLicenseKeyDeleted)
            : SignedCall.Answer(ResultCodes.ContractLicenseKeyUnknown);
    }
}
