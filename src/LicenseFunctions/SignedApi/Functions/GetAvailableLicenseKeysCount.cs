using LicenseFunctions.Licensing;
using LicenseFunctions.Licensing.Listing;
using Microsoft.Azure.Functions.Worker;

namespace LicenseFunctions.SignedApi.Functions;

/// <summary>GET /api/v1/get-available-license-keys-count: 741 with the exact count, 740 no such product.</summary>
public sealed class GetAvailableLicenseKeysCount(SignedApiGate gate, LicenseLists lists, ProductReference products)
{
    [Function(nameof(GetAvailableLicenseKeysCount))]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/v1/get-available-license-keys-count")] HttpRequest request,
        CancellationToken cancel) =>
        gate.AnswerAsync(request, Capability.GetAvailableLicenseKeysCount, CountAsync, cancel);

    private async Task<SignedAnswer> CountAsync(SignedCall call, CancellationToken cancel)
    {
        if (await products.FindAsync(call.Fields, cancel).ConfigureAwait(false) is not { } product)
            return SignedCall.Answer(ResultCodes.CountProductUnknown);
        var count = await lists.CountAsync(product.Id, LicenseStatus.Available, cancel).ConfigureAwait(false);
        return SignedCall.Answer(ResultCodes.AvailableLicenseKeysCount, json => json.Field("count", count));
    }
}
