using LicenseFunctions.Licensing;
using LicenseFunctions.Licensing.Listing;
using Microsoft.Azure.Functions.Worker;

namespace LicenseFunctions.SignedApi.Functions;

/// <summary>GET /api/v1/get-license-keys: 730 with one page of licenses, by product, status or owner.</summary>
public sealed class GetLicenseKeys(SignedApiGate gate, LicenseLists lists, ProductReference products)
{
    private const int DefaultPerPage = 10;
    private const int MostPerPage = 1000;

    [Function(nameof(GetLicenseKeys))]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/v1/get-license-keys")] HttpRequest request,
        CancellationToken cancel) =>
        gate.AnswerAsync(request, Capability.GetLicenseKeys, ListAsync, cancel);

    private async Task<SignedAnswer> ListAsync(SignedCall call, CancellationToken cancel)
    {
        var fields = call.Fields;
        var page = Math.Clamp(fields.Number(FieldNames.Page) ?? 1, 1, int.MaxValue / MostPerPage);
        var perPage = (int)Math.Clamp(fields.Number(FieldNames.PerPage) ?? DefaultPerPage, 1, MostPerPage);
        var product = ProductReference.IsIn(fields) ? await products.FindAsync(fields, cancel).ConfigureAwait(false) : null;
        var status = LicenseStatuses.FromWire(fields.Text(FieldNames.Status));
        var isNothing = (ProductReference.IsIn(fields) && product is null) || (fields.Text(FieldNames.Status) is not null && status is null);
        var filter = new LicenseFilter(product?.Id, status, fields.Text(FieldNames.OwnerEmail));
        var licenses = isNothing ? [] : await lists.PageAsync(filter, (int)(page - 1) * perPage, perPage, cancel).ConfigureAwait(false);
        return SignedCall.Answer(ResultCodes.LicenseKeys, json =>
        {
            json.Name("license_keys").Open('[');
            foreach (var license in licenses)
                Write(json, license);
            json.Close(']');
        });
    }

    private static void Write(WireJson json, License license) => json.Open('{')
        .Field("id", license.Id)
        .Field("product_id", license.ProductId)
        .Field("license_key", license.Key)
        .Field("owner_name", license.OwnerName)
        .Field("owner_email", license.OwnerEmail)
        .Field("activation_limit", license.ActivationLimit)
        .Field("validity", license.ValidityDays)
        .Field("assigned_at", WireTime.Listed(license.AssignedAt))
        .Field("status", license.Status.ToWire())
        .Field("created_at", WireTime.Listed(license.CreatedAt))
        .Field("updated_at", WireTime.Listed(license.UpdatedAt))
        .Close('}');
}
