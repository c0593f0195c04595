using LicenseFunctions.Licensing;
using Microsoft.Azure.Functions.Worker;

namespace LicenseFunctions.SignedApi.Functions;

/// <summary>POST /api/v1/update-product: 650 updated (only the fields sent change), 651 incorrect data.</summary>
public sealed class UpdateProduct(SignedApiGate gate, Products products, ProductReference reference)
{
    [Function(nameof(UpdateProduct))]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/v1/update-product")] HttpRequest request,
        CancellationToken cancel) =>
        gate.AnswerAsync(request, Capability.UpdateProduct, UpdateAsync, cancel);

    private async Task<SignedAnswer> UpdateAsync(SignedCall call, CancellationToken cancel)
    {
        if (await products.FindDoneAsync(call.Operation, cancel).ConfigureAwait(false) is not null)
            return SignedCall.Answer(ResultCodes.ProductUpdated);
        var errors = new FieldErrors();
        var product = await reference.FindAsync(call.Fields, cancel).ConfigureAwait(false);
        if (product is null)
            errors.Invalid("product_id");
        else
            new ProductFields(call.Fields, errors).Apply(product, isNew: false);
        if (errors.Any)
            return SignedCall.Answer(ResultCodes.UpdateProductIncorrect, errors.Write);
        // Applied once more to what the row says at the moment of the change.
        var updated = await products.UpdateAsync(
            product!.Id, found => new ProductFields(call.Fields, new()).Apply(found, isNew: false), call.Operation, cancel).ConfigureAwait(false);
        if (updated is null)
            errors.Invalid("product_id");
        return updated is null
            ? SignedCall.Answer(ResultCodes.UpdateProductIncorrect, errors.Write)
            : SignedCall.Answer(ResultCodes.ProductUpdated);
    }
}
