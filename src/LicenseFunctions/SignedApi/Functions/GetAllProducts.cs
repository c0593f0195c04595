using LicenseFunctions.Licensing;
using Microsoft.Azure.Functions.Worker;

namespace LicenseFunctions.SignedApi.Functions;

/// <summary>GET /api/v1/get-all-products: 810 with every product.</summary>
public sealed class GetAllProducts(SignedApiGate gate, Products products)
{
    [Function(nameof(GetAllProducts))]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/v1/get-all-products")] HttpRequest request,
        CancellationToken cancel) =>
        gate.AnswerAsync(request, Capability.GetAllProducts, ListAsync, cancel);

    private async Task<SignedAnswer> ListAsync(SignedCall call, CancellationToken cancel)
    {
        var all = await products.ListAsync(cancel).ConfigureAwait(false);
        return SignedCall.Answer(ResultCodes.AllProducts, json =>
        {
            json.Name("products").Open('[');
            foreach (var product in all)
                Write(json, product);
            json.Close(']');
        });
    }

    private static void Write(WireJson json, Product product) => json.Open('{')
        .Field("id", product.Id)
        .Field("external_reference", product.ExternalReference)
        .Field("source", product.Source)
        .Field("name", product.Name)
        .Field("post_url", "")
        .Field("description", product.Description)
        .Field("status", product.IsActive ? "active" : "inactive")
        .Field("require_non_expired", product.RequiresNonExpired ? 1 : 0)
        .Field("created_at", WireTime.Listed(product.CreatedAt))
        .Field("updated_at", WireTime.Listed(product.UpdatedAt))
        .Name("meta_data").Open('[').Close(']')
        .Close('}');
}
