using LicenseFunctions.Licensing;
using Microsoft.Azure.Functions.Worker;

namespace LicenseFunctions.SignedApi.Functions;

/// <summary>
/// POST /api/v1/get-license-key-details: 500 with the license and its product, 202 the identifier is not active on it.
/// Without an identifier it concerns the license itself.
/// </summary>
public sealed class GetLicenseKeyDetails(SignedApiGate gate, Licenses licenses)
{
    [Function(nameof(GetLicenseKeyDetails))]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/v1/get-license-key-details")] HttpRequest request,
        CancellationToken cancel) =>
        gate.AnswerForLicenseAsync(
            request, Capability.GetLicenseKeyDetails, (_, license) => licenses.ReadAsync(license), Answer, cancel);

    private static SignedAnswer Answer(SignedCall call, LicenseReading reading) =>
        reading.Request.Identifier is not null && !reading.IsActive
            ? SignedCall.AnswerFor(reading.Product, ResultCodes.NoActivation)
            : SignedCall.AnswerFor(reading.Product, ResultCodes.ActiveLicenseKeyFound, json =>
            {
                WriteLicense(json.Name("licenseKey"), reading.License!);
                WriteProduct(json.Name("product"), reading.Product!);
            });

    private static void WriteLicense(WireJson json, License license)
    {
        json.Open('{')
            .Field("id", license.Id)
            .Field("license_key", license.Key)
            .Field("owner_name", license.OwnerName)
            .Field("owner_email", license.OwnerEmail)
            .Field("activation_limit", license.ActivationLimit)
            .Field("validity", license.ValidityDays)
            .Field("assigned_at", WireTime.Plain(license.AssignedAt))
            .Name("meta_data").Open('[').Close(']')
            .Name("expires_at");
        if (license.ExpiresAt is { } end)
            json.Text(WireTime.Plain(end));
        else
            json.False();
        json.Close('}');
    }

    private static void WriteProduct(WireJson json, Product product) => json.Open('{')
        .Field("id", product.Id)
        .Field("external_reference", product.ExternalReference)
        .Field("source", product.Source)
        .Field("name", product.Name)
        .Field("post_url", "")
        .Field("description", product.Description)
        .Name("meta_data").Open('[').Close(']')
        .Close('}');
}
