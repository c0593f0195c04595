using LicenseFunctions.Licensing.Contracting;
using Microsoft.Azure.Functions.Worker;

namespace LicenseFunctions.SignedApi.Functions;

/// <summary>
/// POST /api/v1/update-contract: 842 with the contract, 825 incorrect data (every field must be sent), 844 no such contract.
/// A call that names none by <c>contract_id</c> means the one that has the <c>contract_key</c>.
/// </summary>
public sealed class UpdateContract(
    SignedApiGate gate, Contracts contracts, ContractKeys keys, ContractReference reference, ProductReference products)
{
    [Function(nameof(UpdateContract))]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/v1/update-contract")] HttpRequest request,
        CancellationToken cancel) =>
        gate.AnswerAsync(request, Capability.UpdateContract, UpdateAsync, cancel);

    private async Task<SignedAnswer> UpdateAsync(SignedCall call, CancellationToken cancel)
    {
        var fields = call.Fields;
        var key = fields.StoredText(FieldNames.ContractKey);
        var ofKey = key is null ? null : await contracts.FindByKeyAsync(key, cancel).ConfigureAwait(false);
        var found = ContractReference.IsIn(fields) ? await reference.FindAsync(fields, cancel).ConfigureAwait(false) : ofKey;
        // Looked for last: what an earlier attempt began may land any time.
        if (await contracts.FindDoneAsync(call.Operation, cancel).ConfigureAwait(false) is { } done)
            return await UpdatedAsync(done, fields, cancel).ConfigureAwait(false);
        if (found is null)
            return SignedCall.Answer(ResultCodes.ContractUnknown);
        var errors = new FieldErrors();
        if (ofKey is not null && ofKey.Id != found.Id)
            errors.Say("contract_key", ContractFields.KeyError);
        var product = await products.FindAsync(fields, cancel).ConfigureAwait(false);
        new ContractFields(fields, errors).Apply(found, product, isNew: false);
        if (errors.Any)
            return SignedCall.Answer(ResultCodes.ContractIncorrect, errors.WriteTexts);
        // Applied once more to what the row says at the moment of the change.
        var saved = await contracts.UpdateAsync(
            found.Id, contract => new ContractFields(fields, new()).Apply(contract, product, isNew: false), call.Operation, cancel).ConfigureAwait(false);
        if (saved.Outcome == ContractOutcome.Unknown)
            return SignedCall.Answer(ResultCodes.ContractUnknown);
        if (saved.Contract is { } updated)
            return await UpdatedAsync(updated, fields, cancel).ConfigureAwait(false);
        errors.Say("contract_key", ContractFields.KeyError);
        return SignedCall.Answer(ResultCodes.ContractIncorrect, errors.WriteTexts);
    }

    private async Task<SignedAnswer> UpdatedAsync(Contract updated, SignedFields fields, CancellationToken cancel)
    {
        var count = await keys.CountAsync(updated.Id, cancel).ConfigureAwait(false);
        return SignedCall.Answer(ResultCodes.ContractUpdated, json => ContractJson.WriteUpdated(json.Name("contract"), updated, fields, count));
    }
}
