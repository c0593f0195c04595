using LicenseFunctions.Licensing;
using Microsoft.Azure.Functions.Worker;

namespace LicenseFunctions.SignedApi.Functions;

/// <summary>GET /api/v1/get-all-products: 810 with every product.</summary>
public sealed class GetAllProducts(SignedApiGate gate, Products products, ProductMeta meta)
{
    [Function(nameof(GetAllProducts))]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/v1/get-all-products")] HttpRequest request,
        CancellationToken cancel) =>
        gate.AnswerAsync(request, Capability.GetAllProducts, ListAsync, cancel);

    private async Task<SignedAnswer> ListAsync(SignedCall call, CancellationToken cancel)
    {
        // Two listings, whatever the number of products.
        var (listing, annotating) = (products.ListAsync(cancel), meta.ListAllAsync(cancel));
        var (all, entries) = (await listing.ConfigureAwait(false), await annotating.ConfigureAwait(false));
        return SignedCall.Answer(ResultCodes.AllProducts, json =>
        {
            json.Name("products").Open('[');
            foreach (var product in all)
                json.Open('{').ProductFields(product).MetaData(entries[product.Id]).Close('}');
            json.Close(']');
        });
    }
}
