using LicenseFunctions.Http;
using LicenseFunctions.Licensing;
using Microsoft.Azure.Functions.Worker;

namespace LicenseFunctions.SignedApi.Functions;

/// <summary>
/// POST /api/v1/create-license-keys: 900 with how many were new, 901 incorrect data, 902 none was new. The keys come as
/// <c>license_keys</c>, or are made for the objects of <c>licenses</c> and then answered too.
/// </summary>
public sealed class CreateLicenseKeys(
    SignedApiGate gate, LicenseCreation creation, LicenseGeneration generation, ProductReference products, PlannedKeyReader reader, TimeProvider time)
{
    private const int MostKeys = 10_000;

    [Function(nameof(CreateLicenseKeys))]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/v1/create-license-keys")] HttpRequest request,
        CancellationToken cancel) =>
        gate.AnswerAsync(request, Capability.CreateLicenseKeys, CreateAsync, cancel, SignedApiGate.BulkBytes);

    private Task<SignedAnswer> CreateAsync(SignedCall call, CancellationToken cancel) =>
        call.Fields.Has(FieldNames.Licenses) ? CreateDescribedAsync(call, cancel) : CreateNamedAsync(call, cancel);

    private async Task<SignedAnswer> CreateDescribedAsync(SignedCall call, CancellationToken cancel)
    {
        var errors = new FieldErrors();
        var described = await reader.ReadAsync(call.Fields, errors, cancel).ConfigureAwait(false);
        // One product's answer where all are of one product.
        var product = described.Select(key => key.Product).DistinctBy(each => each.Id).ToArray() is [var one] ? one : null;
        if (errors.Any)
            return SignedCall.AnswerFor(product, ResultCodes.CreateLicenseKeysIncorrect, errors.Write);
        var made = await generation.CreateAsync([.. described.Select(key => key.Planned)], call.Operation, cancel).ConfigureAwait(false);
        var created = made.OfType<License>().ToArray();
        return SignedCall.AnswerFor(product, created.Length > 0 ? ResultCodes.LicenseKeysCreationResult : ResultCodes.NoLicenseKeysCreated, json =>
        {
            json.Field("created", created.Length).Field("duplicate", made.Count - created.Length);
            GenerateLicenseKeys.WriteKeys(json, "license_keys", created);
        });
    }

    private async Task<SignedAnswer> CreateNamedAsync(SignedCall call, CancellationToken cancel)
    {
        var errors = new FieldErrors();
        var product = await products.FindAsync(call.Fields, cancel).ConfigureAwait(false);
        if (!ProductReference.IsIn(call.Fields))
            errors.Required("product_id");
        else if (product is null)
            errors.Invalid("product_id");
        var keys = Keys(call.Fields, errors);
        var template = new License { Key = "", Id = 0, ProductId = product?.Id ?? 0, ActivationLimit = 1 };
        var draft = LicenseDraft.Read(call.Fields, errors, template, time.GetUtcNow());
        if (errors.Any)
            return SignedCall.AnswerFor(product, ResultCodes.CreateLicenseKeysIncorrect, errors.Write);
        var result = await creation.CreateAsync(draft, keys, call.Operation, cancel).ConfigureAwait(false);
        return SignedCall.AnswerFor(
            product, result.Created.Count > 0 ? ResultCodes.LicenseKeysCreationResult : ResultCodes.NoLicenseKeysCreated,
            json => json.Field("created", result.Created.Count).Field("duplicate", result.Duplicate));
    }

    private static List<string> Keys(SignedFields fields, FieldErrors errors)
    {
        var keys = fields.TextList(FieldNames.LicenseKeys);
        if (!fields.Has(FieldNames.LicenseKeys))
            errors.Required("license_keys");
        else if (keys is null)
            errors.Add("license_keys", "must be a list of license keys");
        else if (keys.Count is 0 or > MostKeys)
            errors.Add("license_keys", $"must have between 1 and {MostKeys} items");
        else if (keys.Any(key => key.Length is 0 or > SignedFields.LongestKey))
            errors.Add("license_keys", $"must have license keys of 1 to {SignedFields.LongestKey} characters");
        return [.. (keys ?? []).Select(key => RequestFields.WithoutSeparators(key))];
    }
}
