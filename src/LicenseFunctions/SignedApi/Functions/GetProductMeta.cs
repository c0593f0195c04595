using LicenseFunctions.Licensing;
using Microsoft.Azure.Functions.Worker;

namespace LicenseFunctions.SignedApi.Functions;

/// <summary>
/// GET /api/v1/get-product-meta: 631 with the metadata, 551 product unknown. Signed as the documented answers about
/// product metadata are: by the product's own key.
/// </summary>
public sealed class GetProductMeta(SignedApiGate gate, ProductMeta meta, ProductReference products)
{
    [Function(nameof(GetProductMeta))]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/v1/get-product-meta")] HttpRequest request,
        CancellationToken cancel) =>
        gate.AnswerAsync(request, Capability.GetProductMeta, GetAsync, cancel);

    private async Task<SignedAnswer> GetAsync(SignedCall call, CancellationToken cancel)
    {
        if (await products.FindAsync(call.Fields, cancel).ConfigureAwait(false) is not { } product)
            return SignedCall.Answer(ResultCodes.DeleteProductUnknown);
        var entries = await meta.ListAsync(product.Id, cancel).ConfigureAwait(false);
        return SignedCall.AnswerFor(product, ResultCodes.ProductRetrieved, json => json.MetaData(entries));
    }
}
