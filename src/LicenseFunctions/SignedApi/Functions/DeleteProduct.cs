using LicenseFunctions.Licensing;
using Microsoft.Azure.Functions.Worker;

namespace LicenseFunctions.SignedApi.Functions;

/// <summary>POST /api/v1/delete-product: 550 deleted, 551 unknown. Its licenses stay, and answer 203.</summary>
public sealed class DeleteProduct(SignedApiGate gate, Products products, ProductReference reference)
{
    [Function(nameof(DeleteProduct))]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/v1/delete-product")] HttpRequest request,
        CancellationToken cancel) =>
        gate.AnswerAsync(request, Capability.DeleteProduct, DeleteAsync, cancel);

    private async Task<SignedAnswer> DeleteAsync(SignedCall call, CancellationToken cancel)
    {
        var product = await reference.FindAsync(call.Fields, cancel).ConfigureAwait(false);
        // Looked for last: what an earlier attempt began may land any time.
        if (await products.FindDoneAsync(call.Operation, cancel).ConfigureAwait(false) is not null)
            return SignedCall.Answer(ResultCodes.ProductDeleted);
        var isDeleted = product is not null && await products.DeleteAsync(product.Id, call.Operation, cancel).ConfigureAwait(false);
        return SignedCall.Answer(isDeleted ? ResultCodes.ProductDeleted : ResultCodes.DeleteProductUnknown);
    }
}
