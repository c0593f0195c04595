using LicenseFunctions.Licensing;
using Microsoft.Azure.Functions.Worker;

namespace LicenseFunctions.SignedApi.Functions;

/// <summary>
/// POST /api/v1/get-license-key-details: 500 with the license and its product, 202 the identifier is not active on it.
/// Without an identifier it concerns the license itself.
/// </summary>
public sealed class GetLicenseKeyDetails(SignedApiGate gate, Licenses licenses, ProductMeta productMeta)
{
    [Function(nameof(GetLicenseKeyDetails))]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/v1/get-license-key-details")] HttpRequest request,
        CancellationToken cancel) =>
        gate.AnswerFromLicenseAsync(
            request, Capability.GetLicenseKeyDetails, (_, license) => licenses.ReadAsync(license),
            (_, reading) => AnswerAsync(reading, cancel), cancel);

    private async Task<SignedAnswer> AnswerAsync(LicenseReading reading, CancellationToken cancel)
    {
        if (reading.Request.Identifier is not null && !reading.IsActive)
            return SignedCall.AnswerFor(reading.Product, ResultCodes.NoActivation);
        var (ofLicense, ofProduct) = (licenses.ListMetaAsync(reading.License!, cancel), productMeta.ListAsync(reading.Product!.Id, cancel));
        var (licenseMeta, meta) = (await ofLicense.ConfigureAwait(false), await ofProduct.ConfigureAwait(false));
        return SignedCall.AnswerFor(reading.Product, ResultCodes.ActiveLicenseKeyFound, json =>
        {
            WriteLicense(json.Name("licenseKey"), reading.License!, licenseMeta);
            json.Name("product").Open('{').ProductHead(reading.Product!).MetaData(meta).Close('}');
        });
    }

    private static void WriteLicense(WireJson json, License license, IReadOnlyList<MetaEntry> meta)
    {
        json.Open('{')
            .Field("id", license.Id)
            .Field("license_key", license.Key)
            .Field("owner_name", license.OwnerName)
            .Field("owner_email", license.OwnerEmail)
            .Field("activation_limit", license.ActivationLimit)
            .Field("validity", license.ValidityDays)
            .Field("assigned_at", WireTime.Plain(license.AssignedAt))
            .MetaData(meta)
            .Name("expires_at");
        if (license.ExpiresAt is { } end)
            json.Text(WireTime.Plain(end));
        else
            json.False();
        json.Close('}');
    }
}
