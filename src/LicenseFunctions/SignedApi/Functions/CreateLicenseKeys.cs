using LicenseFunctions.Http;
using LicenseFunctions.Licensing;
using Microsoft.Azure.Functions.Worker;

namespace LicenseFunctions.SignedApi.Functions;

/// <summary>POST /api/v1/create-license-keys: 900 with how many were new, 901 incorrect data, 902 none was new.</summary>
public sealed class CreateLicenseKeys(
    SignedApiGate gate, LicenseCreation creation, ProductReference products, TimeProvider time)
{
    private const int MostKeys = 10_000;

    [Function(nameof(CreateLicenseKeys))]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/v1/create-license-keys")] HttpRequest request,
        CancellationToken cancel) =>
        gate.AnswerAsync(request, Capability.CreateLicenseKeys, CreateAsync, cancel, SignedApiGate.BulkBytes);

    private async Task<SignedAnswer> CreateAsync(SignedCall call, CancellationToken cancel)
    {
        var errors = new FieldErrors();
        var product = await products.FindAsync(call.Fields, cancel).ConfigureAwait(false);
        if (!ProductReference.IsIn(call.Fields))
            errors.Required("product_id");
        else if (product is null)
            errors.Invalid("product_id");
        var keys = Keys(call.Fields, errors);
        var draft = Draft(new LicenseFields(call.Fields, errors), product?.Id ?? 0);
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

    private License Draft(LicenseFields fields, long productId)
    {
        var status = fields.Status() ?? LicenseStatus.Available;
        return new License
        {
            Key = "",
            Id = 0,
            ProductId = productId,
            Status = status,
            OwnerName = fields.OwnerName(),
            OwnerEmail = fields.OwnerEmail(),
            ActivationLimit = fields.ActivationLimit() ?? 1,
            ValidityDays = fields.ValidityDays() ?? 0,
            AssignedAt = fields.AssignedAt() ?? (status == LicenseStatus.Assigned ? time.GetUtcNow().ToUnixTimeMilliseconds() : null),
        };
    }
}
