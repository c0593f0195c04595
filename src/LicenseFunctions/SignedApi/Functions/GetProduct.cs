using LicenseFunctions.Licensing;
using Microsoft.Azure.Functions.Worker;

namespace LicenseFunctions.SignedApi.Functions;

/// <summary>
/// GET /api/v1/get-product: 631 with the product as the list of products shows it, its uuid, its slug and its features;
/// 551 unknown. Signed by the global key, as that list is.
/// </summary>
public sealed class GetProduct(SignedApiGate gate, ProductMeta meta, ProductFeatures features, ProductReference products)
{
    [Function(nameof(GetProduct))]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/v1/get-product")] HttpRequest request,
        CancellationToken cancel) =>
        gate.AnswerAsync(request, Capability.GetProduct, GetAsync, cancel);

    private async Task<SignedAnswer> GetAsync(SignedCall call, CancellationToken cancel)
    {
        if (await products.FindAsync(call.Fields, cancel).ConfigureAwait(false) is not { } product)
            return SignedCall.Answer(ResultCodes.DeleteProductUnknown);
        var (listing, having) = (meta.ListAsync(product.Id, cancel), features.ListAsync(product.Id, cancel));
        var (entries, all) = (await listing.ConfigureAwait(false), await having.ConfigureAwait(false));
        return SignedCall.Answer(ResultCodes.ProductRetrieved, json => json
            .ProductFields(product)
            .MetaData(entries)
            .Field("uuid", product.Uuid)
            .Field("slug", product.Slug)
            .Features(all));
    }
}
