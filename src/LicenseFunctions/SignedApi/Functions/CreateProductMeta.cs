using LicenseFunctions.Licensing;
using Microsoft.Azure.Functions.Worker;

namespace LicenseFunctions.SignedApi.Functions;

/// <summary>
/// POST /api/v1/create-product-meta: 273 created, 270 and 271 key or value required, 272 the key exists, 274 product unknown.
/// </summary>
public sealed class CreateProductMeta(SignedApiGate gate, ProductMeta meta, ProductReference products)
{
    [Function(nameof(CreateProductMeta))]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/v1/create-product-meta")] HttpRequest request,
        CancellationToken cancel) =>
        gate.AnswerAsync(request, Capability.CreateProductMeta, CreateAsync, cancel);

    private async Task<SignedAnswer> CreateAsync(SignedCall call, CancellationToken cancel)
    {
        if (await products.FindAsync(call.Fields, cancel).ConfigureAwait(false) is not { } product)
            return SignedCall.Answer(ResultCodes.CreateProductMetaProductUnknown);
        var fields = new MetaFields(call.Fields);
        if (fields.Refuse(product, ResultCodes.CreateProductMetaKeyRequired, ResultCodes.CreateProductMetaValueRequired) is { } refusal)
            return refusal;
        return await meta.CreateAsync(product.Id, fields.Key, fields.Value, call.Operation, cancel).ConfigureAwait(false) switch
        {
            MetaOutcome.Done => SignedCall.AnswerFor(product, ResultCodes.ProductMetaCreated),
            MetaOutcome.KeyExists => SignedCall.AnswerFor(product, ResultCodes.CreateProductMetaKeyExists),
            MetaOutcome.Full => MetaFields.AnswerFull(product, ResultCodes.CreateProductMetaKeyRequired),
            _ => SignedCall.Answer(ResultCodes.CreateProductMetaProductUnknown),
        };
    }
}
