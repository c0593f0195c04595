using LicenseFunctions.Licensing;
using Microsoft.Azure.Functions.Worker;

namespace LicenseFunctions.SignedApi.Functions;

/// <summary>POST /api/v1/create-product: 750 created, with its number; 751 incorrect data.</summary>
public sealed class CreateProduct(SignedApiGate gate, Products products)
{
    [Function(nameof(CreateProduct))]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/v1/create-product")] HttpRequest request,
        CancellationToken cancel) =>
        gate.AnswerAsync(request, Capability.CreateProduct, CreateAsync, cancel);

    private async Task<SignedAnswer> CreateAsync(SignedCall call, CancellationToken cancel)
    {
        var errors = new FieldErrors();
        var draft = new ProductFields(call.Fields, errors).Apply(new() { Id = 0, Uuid = "", Slug = "", Name = "" }, isNew: true);
        if (errors.Any)
            return SignedCall.Answer(ResultCodes.CreateProductIncorrect, errors.Write);
        var product = await products.CreateAsync(draft, call.Operation, cancel).ConfigureAwait(false);
        return SignedCall.Answer(ResultCodes.ProductCreated, json => json.Field("product_id", product.Id));
    }
}
