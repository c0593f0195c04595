using LicenseFunctions.Licensing;
using Microsoft.Azure.Functions.Worker;

namespace LicenseFunctions.SignedApi.Functions;

/// <summary>POST /api/v1/delete-product-meta: 482 deleted, 480 key required, 481 no such key, 483 product unknown.</summary>
public sealed class DeleteProductMeta(SignedApiGate gate, ProductMeta meta, ProductReference products)
{
    [Function(nameof(DeleteProductMeta))]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/v1/delete-product-meta")] HttpRequest request,
        CancellationToken cancel) =>
        gate.AnswerAsync(request, Capability.DeleteProductMeta, DeleteAsync, cancel);

    private async Task<SignedAnswer> DeleteAsync(SignedCall call, CancellationToken cancel)
    {
        if (await products.FindAsync(call.Fields, cancel).ConfigureAwait(false) is not { } product)
            return SignedCall.Answer(ResultCodes.DeleteProductMetaProductUnknown);
        var fields = new MetaFields(call.Fields);
        if (fields.Refuse(product, ResultCodes.DeleteProductMetaKeyRequired) is { } refusal)
            return refusal;
        var outcome = await meta.DeleteAsync(product.Id, fields.Key, call.Operation, cancel).ConfigureAwait(false);
        return SignedCall.AnswerFor(
            product, outcome == MetaOutcome.Done ? ResultCodes.ProductMetaDeleted : ResultCodes.DeleteProductMetaKeyUnknown);
    }
}
