using LicenseFunctions.Licensing.Contracting;
using Microsoft.Azure.Functions.Worker;

namespace LicenseFunctions.SignedApi.Functions;

/// <summary>GET /api/v1/get-all-contracts: 846 with every contract, or those of a product; 740 no such product.</summary>
public sealed class GetAllContracts(SignedApiGate gate, Contracts contracts, ContractKeys keys, ProductReference products)
{
    [Function(nameof(GetAllContracts))]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/v1/get-all-contracts")] HttpRequest request,
        CancellationToken cancel) =>
        gate.AnswerAsync(request, Capability.GetAllContracts, ListAsync, cancel);

    private async Task<SignedAnswer> ListAsync(SignedCall call, CancellationToken cancel)
    {
        var product = await products.FindAsync(call.Fields, cancel).ConfigureAwait(false);
        if (product is null && ProductReference.IsIn(call.Fields))
            return SignedCall.Answer(ResultCodes.CountProductUnknown);
        var all = await contracts.ListAsync(product?.Id, cancel).ConfigureAwait(false);
        var counts = await Task.WhenAll(all.Select(contract => keys.CountAsync(contract.Id, cancel))).ConfigureAwait(false);
        return SignedCall.Answer(ResultCodes.AllContracts, json =>
        {
            json.Name("contracts").Open('[');
            foreach (var (contract, count) in all.Zip(counts))
                ContractJson.WriteListed(json, contract, count);
            json.Close(']');
        });
    }
}
