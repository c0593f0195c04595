using LicenseFunctions.Licensing.Contracting;
using Microsoft.Azure.Functions.Worker;

namespace LicenseFunctions.SignedApi.Functions;

/// <summary>POST /api/v1/create-contract: 841 with the contract, 825 incorrect data.</summary>
public sealed class CreateContract(SignedApiGate gate, Contracts contracts, ProductReference products)
{
    [Function(nameof(CreateContract))]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/v1/create-contract")] HttpRequest request,
        CancellationToken cancel) =>
        gate.AnswerAsync(request, Capability.CreateContract, CreateAsync, cancel);

    private async Task<SignedAnswer> CreateAsync(SignedCall call, CancellationToken cancel)
    {
        var errors = new FieldErrors();
        var product = await products.FindAsync(call.Fields, cancel).ConfigureAwait(false);
        var existing = call.Fields.StoredText(FieldNames.ContractKey) is { } key ? await contracts.FindByKeyAsync(key, cancel).ConfigureAwait(false) : null;
        // Looked for last: what an earlier attempt began may land any time.
        if (await contracts.FindDoneAsync(call.Operation, cancel).ConfigureAwait(false) is { } done)
            return Created(call, done);
        if (existing is not null)
            errors.Say("contract_key", ContractFields.KeyError);
        var draft = new ContractFields(call.Fields, errors).Apply(new(), product, isNew: true);
        if (errors.Any)
            return SignedCall.Answer(ResultCodes.ContractIncorrect, errors.WriteTexts);
        var saved = await contracts.CreateAsync(draft, call.Operation, cancel).ConfigureAwait(false);
        if (saved.Contract is { } contract)
            return Created(call, contract);
        errors.Say("contract_key", ContractFields.KeyError);
        return SignedCall.Answer(ResultCodes.ContractIncorrect, errors.WriteTexts);
    }

    private static SignedAnswer Created(SignedCall call, Contract contract) =>
        SignedCall.Answer(ResultCodes.ContractCreated, json => ContractJson.WriteCreated(json.Name("contract"), contract, call.Fields));
}
