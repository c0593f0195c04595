using LicenseFunctions.Licensing;
using Microsoft.Azure.Functions.Worker;

namespace LicenseFunctions.SignedApi.Functions;

/// <summary>
/// POST /api/v1/update-product-meta: 373 updated, 370 and 371 key or value required, 372 no such key, 374 product unknown.
/// </summary>
public sealed class UpdateProductMeta(SignedApiGate gate, ProductMeta meta, ProductReference products)
{
    [Function(nameof(UpdateProductMeta))]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/v1/update-product-meta")] HttpRequest request,
        CancellationToken cancel) =>
        gate.AnswerAsync(request, Capability.UpdateProductMeta, UpdateAsync, cancel);

    private async Task<SignedAnswer> UpdateAsync(SignedCall call, CancellationToken cancel)
    {
        if (await products.FindAsync(call.Fields, cancel).ConfigureAwait(false) is not { } product)
            return SignedCall.Answer(ResultCodes.UpdateProductMetaProductUnknown);
        var fields = new MetaFields(call.Fields);
        if (fields.Refuse(product, ResultCodes.UpdateProductMetaKeyRequired, ResultCodes.UpdateProductMetaValueRequired) is { } refusal)
            return refusal;
        var outcome = await meta.UpdateAsync(product.Id, fields.Key, fields.Value, call.Operation, cancel).ConfigureAwait(false);
        return SignedCall.AnswerFor(
            product, outcome == MetaOutcome.Done ? ResultCodes.ProductMetaUpdated : ResultCodes.UpdateProductMetaKeyUnknown);
    }
}
