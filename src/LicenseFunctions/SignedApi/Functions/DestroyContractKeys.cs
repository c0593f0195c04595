using LicenseFunctions.Licensing;
using LicenseFunctions.Licensing.Contracting;
using Microsoft.Azure.Functions.Worker;

namespace LicenseFunctions.SignedApi.Functions;

/// <summary>
/// POST /api/v1/contracts/destroy-all: 1500 every license made under a contract is deleted, 1501 there was none; 1200 no such
/// contract; 102 it does not permit that.
/// </summary>
public sealed class DestroyContractKeys(SignedApiGate gate, ContractKeys keys, ContractReference reference, Products products)
{
    [Function(nameof(DestroyContractKeys))]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/v1/contracts/destroy-all")] HttpRequest request,
        CancellationToken cancel) =>
        gate.AnswerAsync(request, Capability.ContractsDestroyAll, DestroyAsync, cancel);

    private async Task<SignedAnswer> DestroyAsync(SignedCall call, CancellationToken cancel)
    {
        if (await reference.FindAsync(call.Fields, cancel).ConfigureAwait(false) is not { } contract)
            return SignedCall.Answer(ResultCodes.LegacyContractUnknown);
        if (!contract.Permits(contract.CanDestroyAll))
            return SignedCall.Answer(ResultCodes.MissingCapability);
        var product = await products.FindAsync(contract.ProductId, cancel).ConfigureAwait(false);
        var isAny = await keys.DestroyAllAsync(contract.Id, call.Operation, cancel).ConfigureAwait(false);
        return SignedCall.AnswerFor(product, isAny ? ResultCodes.ContractLicenseKeysDeleted : ResultCodes.NoContractLicenseKeys);
    }
}
