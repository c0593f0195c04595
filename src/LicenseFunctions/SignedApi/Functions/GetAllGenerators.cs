using LicenseFunctions.Licensing;
using Microsoft.Azure.Functions.Worker;

namespace LicenseFunctions.SignedApi.Functions;

/// <summary>GET /api/v1/get-all-generators: 820 with every generator, or those of a product. The wire calls them <c>products</c>.</summary>
public sealed class GetAllGenerators(SignedApiGate gate, Generators generators, ProductReference products)
{
    [Function(nameof(GetAllGenerators))]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/v1/get-all-generators")] HttpRequest request,
        CancellationToken cancel) =>
        gate.AnswerAsync(request, Capability.GetAllGenerators, ListAsync, cancel);

    private async Task<SignedAnswer> ListAsync(SignedCall call, CancellationToken cancel)
    {
        var isOfProduct = ProductReference.IsIn(call.Fields);
        var product = await products.FindAsync(call.Fields, cancel).ConfigureAwait(false);
        var all = isOfProduct && product is null ? [] : await generators.ListAsync(product?.Id, cancel).ConfigureAwait(false);
        return SignedCall.Answer(ResultCodes.AllGenerators, json =>
        {
            json.Name("products").Open('[');
            foreach (var generator in all)
                Write(json, generator);
            json.Close(']');
        });
    }

    private static void Write(WireJson json, Generator generator) => json.Open('{')
        .Field("id", generator.Id)
        .Field("product_id", generator.ProductId)
        .Field("method", generator.Method.ToWire())
        .Field("prefix", generator.Prefix)
        .Field("suffix", generator.Suffix)
        .Field("function_name", "")
        .Field("number_of_chunks", generator.Chunks)
        .Field("chunk_length", generator.ChunkLength)
        .Field("activation_limit", generator.ActivationLimit)
        .Field("validity", generator.ValidityDays)
        .Field("status", generator.IsActive ? 1 : 0)
        .Field("charset", generator.Charset)
        .Field("created_at", WireTime.Listed(generator.CreatedAt))
        .Field("updated_at", WireTime.Listed(generator.UpdatedAt))
        .Close('}');
}
