using LicenseFunctions.Licensing;
using LicenseFunctions.Licensing.Contracting;
using Microsoft.Azure.Functions.Worker;

namespace LicenseFunctions.SignedApi.Functions;

/// <summary>
/// POST /api/v1/contracts/generate: 1300 with the new keys; 1200 no such contract; 102 it does not permit that; 1202 its
/// product is gone; 1203 the product has no such generator; 1205 nothing is left of its quantity; 1206 less than asked, or
/// no number was asked for.
/// </summary>
public sealed class GenerateContractKeys(
    SignedApiGate gate, ContractKeys keys, ContractReference reference, GeneratorReference generators, Products products, TimeProvider time)
{
    [Function(nameof(GenerateContractKeys))]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/v1/contracts/generate")] HttpRequest request,
        CancellationToken cancel) =>
        gate.AnswerAsync(request, Capability.ContractsGenerate, GenerateAsync, cancel);

    private async Task<SignedAnswer> GenerateAsync(SignedCall call, CancellationToken cancel)
    {
        if (await reference.FindAsync(call.Fields, cancel).ConfigureAwait(false) is not { } contract)
            return SignedCall.Answer(ResultCodes.LegacyContractUnknown);
        if (!contract.Permits(contract.CanGenerate))
            return SignedCall.Answer(ResultCodes.MissingCapability);
        if (await products.FindAsync(contract.ProductId, cancel).ConfigureAwait(false) is not { } product)
            return SignedCall.Answer(ResultCodes.LegacyProductUnknown);
        if (await generators.FindAsync(call.Fields, product.Id, cancel).ConfigureAwait(false) is not { } generator)
            return SignedCall.AnswerFor(product, ResultCodes.LegacyGeneratorUnknown);
        return await GenerateAsync(call, contract, product, generator, cancel).ConfigureAwait(false)
            ?? SignedCall.AnswerFor(product, ResultCodes.ContractQuantityTooLarge);
    }

    /// <summary>Null when it cannot be so many.</summary>
    private async Task<SignedAnswer?> GenerateAsync(SignedCall call, Contract contract, Product product, Generator generator, CancellationToken cancel)
    {
        var errors = new FieldErrors();
        var quantity = Quantities.Read(call.Fields, errors);
        var draft = LicenseDraft.Read(call.Fields, errors, generator.Draft(product.Id), time.GetUtcNow());
        if (errors.Any || !KeyMaker.CanMake(generator, quantity))
            return null;
        var (outcome, licenses) = await keys.GenerateAsync(contract, generator, draft, quantity, call.Operation, cancel).ConfigureAwait(false);
        return outcome switch
        {
            ContractGeneration.Generated =>
                SignedCall.AnswerFor(product, ResultCodes.ContractLicenseKeysGenerated, json => GenerateLicenseKeys.WriteKeys(json, "license_keys", licenses)),
            ContractGeneration.LimitReached => SignedCall.AnswerFor(product, ResultCodes.ContractLimitReached),
            ContractGeneration.TooMany => null,
        };
    }
}
