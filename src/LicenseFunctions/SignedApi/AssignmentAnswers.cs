using LicenseFunctions.Licensing;
using LicenseFunctions.Licensing.Claiming;

namespace LicenseFunctions.SignedApi;

/// <summary>The answers to a random assignment, at once or by webhook.</summary>
public static class AssignmentAnswers
{
    /// <summary>803 with the licenses, 802 with how many there are, or 825 when the generator cannot make what is short.</summary>
    /// <param name="result">What came of it.</param>
    /// <param name="identifier">The caller's own name for it; null where it has none.</param>
    public static SignedAnswer Of(AssignmentResult result, string? identifier = null) =>
        result.IsBeyondGenerator ? SignedCall.Answer(ResultCodes.ContractIncorrect, json => Identify(BeyondGenerator(json), identifier))
        : result.Licenses.Count == 0
            ? SignedCall.Answer(ResultCodes.InsufficientLicenseKeys, json => Identify(json.Field("available_quantity", result.Available), identifier))
            : SignedCall.Answer(ResultCodes.LicenseKeysAssigned, json =>
            {
                json.Name("license_keys").Open('[');
                foreach (var license in result.Licenses)
                    Write(json, license);
                Identify(json.Close(']'), identifier);
            });

    private static WireJson BeyondGenerator(WireJson json)
    {
        var errors = new FieldErrors();
        errors.Say("quantity", "The generator cannot make so many different keys; give it longer chunks or a larger charset.");
        errors.WriteTexts(json);
        return json;
    }

    private static void Identify(WireJson json, string? identifier)
    {
        if (identifier is not null)
            json.Field("identifier", identifier);
    }

    private static void Write(WireJson json, License license)
    {
        json.Open('{')
            .Field("product_id", license.ProductId)
            .Field("license_key", license.Key)
            .Field("activation_limit", license.ActivationLimit)
            .Field("validity", license.ValidityDays)
            .Field("status", license.Status.ToWire())
            .Field("owner_name", license.OwnerName)
            .Field("owner_email", license.OwnerEmail)
            .Field("assigned_at", WireTime.Exact(license.AssignedAt))
            .Name("contract_id").Null()
            .Field("updated_at", WireTime.Listed(license.UpdatedAt))
            .Field("created_at", WireTime.Listed(license.CreatedAt))
            .Field("id", license.Id)
            .Name("meta_data").Open('[').Close(']')
            .Close('}');
    }
}
