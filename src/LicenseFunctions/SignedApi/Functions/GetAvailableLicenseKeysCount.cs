using LicenseFunctions.Licensing;
using LicenseFunctions.Licensing.Listing;
using Microsoft.Azure.Functions.Worker;

namespace LicenseFunctions.SignedApi.Functions;

/// <summary>
/// GET /api/v1/get-available-license-keys-count: 741 with the exact count, 740 no such product. A generator that is named
/// alone stands for its product.
/// </summary>
public sealed class GetAvailableLicenseKeysCount(
    SignedApiGate gate, LicenseLists lists, ProductReference references, GeneratorReference generators, Products products)
{
    [Function(nameof(GetAvailableLicenseKeysCount))]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/v1/get-available-license-keys-count")] HttpRequest request,
        CancellationToken cancel) =>
        gate.AnswerAsync(request, Capability.GetAvailableLicenseKeysCount, CountAsync, cancel);

    private async Task<SignedAnswer> CountAsync(SignedCall call, CancellationToken cancel)
    {
        if (await FindAsync(call.Fields, cancel).ConfigureAwait(false) is not { } product)
            return SignedCall.Answer(ResultCodes.CountProductUnknown);
        var count = await lists.CountAsync(product.Id, LicenseStatus.Available, cancel).ConfigureAwait(false);
        return SignedCall.Answer(ResultCodes.AvailableLicenseKeysCount, json => json.Field("count", count));
    }

    private async Task<Product?> FindAsync(SignedFields fields, CancellationToken cancel) =>
        ProductReference.IsIn(fields) ? await references.FindAsync(fields, cancel).ConfigureAwait(false)
        : await generators.FindNamedAsync(fields, cancel).ConfigureAwait(false) is { } generator
            ? await products.FindAsync(generator.ProductId, cancel).ConfigureAwait(false)
        : null;
}
