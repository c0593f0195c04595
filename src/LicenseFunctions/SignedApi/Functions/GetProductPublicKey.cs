using LicenseFunctions.Licensing;
using Microsoft.Azure.Functions.Worker;

namespace LicenseFunctions.SignedApi.Functions;

/// <summary>
/// GET /api/v1/get-product-public-key: 632 with the key that opens the product's offline license files, made when first
/// asked for, so 633 means that there is no such product.
/// </summary>
public sealed class GetProductPublicKey(SignedApiGate gate, ProductReference products, ProductOfflineKeys keys)
{
    [Function(nameof(GetProductPublicKey))]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/v1/get-product-public-key")] HttpRequest request,
        CancellationToken cancel) =>
        gate.AnswerAsync(request, Capability.GetProductPublicKey, GetAsync, cancel);

    private async Task<SignedAnswer> GetAsync(SignedCall call, CancellationToken cancel)
    {
        var product = await products.FindAsync(call.Fields, cancel).ConfigureAwait(false);
        var publicKey = product is null ? null : await keys.PublicKeyAsync(product.Id, cancel).ConfigureAwait(false);
        return publicKey is null
            ? SignedCall.Answer(ResultCodes.PublicKeyNotAvailable)
            : SignedCall.Answer(ResultCodes.PublicKeyRetrieved, json => json
                .Field("product_uuid", product!.Uuid)
                .Field("public_key", publicKey));
    }
}
