using LicenseFunctions.Licensing.Contracting;
using Microsoft.Azure.Functions.Worker;

namespace LicenseFunctions.SignedApi.Functions;

/// <summary>POST /api/v1/delete-contract: 843 deleted, 844 no such contract. The licenses made under it stay.</summary>
public sealed class DeleteContract(SignedApiGate gate, Contracts contracts, ContractReference reference)
{
    [Function(nameof(DeleteContract))]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/v1/delete-contract")] HttpRequest request,
        CancellationToken cancel) =>
        gate.AnswerAsync(request, Capability.DeleteContract, DeleteAsync, cancel);

    private async Task<SignedAnswer> DeleteAsync(SignedCall call, CancellationToken cancel)
    {
        var contract = await reference.FindAsync(call.Fields, cancel).ConfigureAwait(false);
        // Looked for last: what an earlier attempt began may land any time.
        if (await contracts.FindDoneAsync(call.Operation, cancel).ConfigureAwait(false) is not null)
            return SignedCall.Answer(ResultCodes.ContractDeleted);
        var isDeleted = contract is not null && await contracts.DeleteAsync(contract.Id, call.Operation, cancel).ConfigureAwait(false);
        return SignedCall.Answer(isDeleted ? ResultCodes.ContractDeleted : ResultCodes.ContractUnknown);
    }
}
