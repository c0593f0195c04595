using LicenseFunctions.Licensing.Contracting;
using Microsoft.Azure.Functions.Worker;

namespace LicenseFunctions.SignedApi.Functions;

/// <summary>GET /api/v1/contracts/get-info: 1204 with the contract as the list has it, 1200 no such; 102 it does not permit that.</summary>
public sealed class GetContractInfo(SignedApiGate gate, ContractKeys keys, ContractReference reference)
{
    [Function(nameof(GetContractInfo))]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/v1/contracts/get-info")] HttpRequest request,
        CancellationToken cancel) =>
        gate.AnswerAsync(request, Capability.ContractsGetInfo, ShowAsync, cancel);

    private async Task<SignedAnswer> ShowAsync(SignedCall call, CancellationToken cancel)
    {
        if (await reference.FindAsync(call.Fields, cancel).ConfigureAwait(false) is not { } contract)
            return SignedCall.Answer(ResultCodes.LegacyContractUnknown);
        if (!contract.Permits(contract.CanGetInfo))
            return SignedCall.Answer(ResultCodes.MissingCapability);
        var count = await keys.CountAsync(contract.Id, cancel).ConfigureAwait(false);
        return SignedCall.Answer(ResultCodes.ContractFound, json => ContractJson.WriteListed(json.Name("contract"), contract, count));
    }
}
