using LicenseFunctions.Licensing;
using Microsoft.Azure.Functions.Worker;

namespace LicenseFunctions.SignedApi.Functions;

/// <summary>
/// POST /api/v1/generate: 815 with the new keys; 806 no such generator, or not an active one; 805 its product is gone; 825
/// incorrect data, which it shares with the contracts since it has no such code of its own.
/// </summary>
public sealed class GenerateLicenseKeys(
    SignedApiGate gate, LicenseGeneration generation, GeneratorReference generators, ProductReference references, Products products, BulkLicenses bulk, TimeProvider time)
{
    [Function(nameof(GenerateLicenseKeys))]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/v1/generate")] HttpRequest request,
        CancellationToken cancel) =>
        gate.AnswerAsync(request, Capability.Generate, GenerateAsync, cancel);

    private async Task<SignedAnswer> GenerateAsync(SignedCall call, CancellationToken cancel)
    {
        var named = await references.FindAsync(call.Fields, cancel).ConfigureAwait(false);
        if (named is null && ProductReference.IsIn(call.Fields))
            return SignedCall.Answer(ResultCodes.RandomAssignProductUnknown);
        if (await generators.FindAsync(call.Fields, named?.Id, cancel).ConfigureAwait(false) is not { } generator)
            return SignedCall.AnswerFor(named, ResultCodes.GeneratorUnknown);
        if ((named ?? await products.FindAsync(generator.ProductId, cancel).ConfigureAwait(false)) is not { } product)
            return SignedCall.Answer(ResultCodes.RandomAssignProductUnknown);
        var errors = new FieldErrors();
        var quantity = Quantities.Read(call.Fields, errors);
        var draft = LicenseDraft.Read(call.Fields, errors, generator.Draft(product.Id), time.GetUtcNow());
        if (!KeyMaker.CanMake(generator, quantity))
            SayTooFew(errors);
        return errors.Any
            ? SignedCall.AnswerFor(product, ResultCodes.ContractIncorrect, errors.WriteTexts)
            : await GenerateAsync(call, product, generator, draft, quantity, cancel).ConfigureAwait(false);
    }

    private async Task<SignedAnswer> GenerateAsync(
        SignedCall call, Product product, Generator generator, License draft, int quantity, CancellationToken cancel)
    {
        var made = await generation.CreateAsync(generator, draft, quantity, call.Operation, cancel).ConfigureAwait(false);
        if (made.Count == quantity)
            return SignedCall.AnswerFor(product, ResultCodes.GeneratedLicenseKeys, json => WriteKeys(json, "licenseKeys", made));
        await bulk.DeleteAsync([.. made.Select(license => LicenseRows.Partition(license.Key))], license => license.ActiveCount == 0).ConfigureAwait(false);
        var errors = new FieldErrors();
        SayTooFew(errors);
        return SignedCall.AnswerFor(product, ResultCodes.ContractIncorrect, errors.WriteTexts);
    }

    internal static void WriteKeys(WireJson json, string name, IEnumerable<License> licenses)
    {
        json.Name(name).Open('[');
        foreach (var license in licenses)
            json.Text(license.Key);
        json.Close(']');
    }

    private static void SayTooFew(FieldErrors errors) =>
        errors.Say("quantity", "The generator cannot make so many different keys; give it longer chunks or a larger charset.");
}
