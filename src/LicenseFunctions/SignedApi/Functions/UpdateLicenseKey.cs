using LicenseFunctions.Licensing;
using Microsoft.Azure.Functions.Worker;

namespace LicenseFunctions.SignedApi.Functions;

/// <summary>POST /api/v1/update-license-key: 950 updated (only the fields sent change), 951 incorrect data, 952 unknown.</summary>
public sealed class UpdateLicenseKey(SignedApiGate gate, Licenses licenses, ProductReference products)
{
    [Function(nameof(UpdateLicenseKey))]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/v1/update-license-key")] HttpRequest request,
        CancellationToken cancel)
    {
        var errors = new FieldErrors();
        return gate.AnswerForLicenseAsync(
            request, Capability.UpdateLicenseKey, (call, license) => UpdateAsync(call, license, errors, cancel),
            (_, change) => errors.Any
                ? SignedCall.AnswerFor(change.Product, ResultCodes.UpdateLicenseKeyIncorrect, errors.Write)
                : SignedCall.AnswerFor(change.Product, ResultCodes.LicenseKeysUpdated),
            cancel, unknown: ResultCodes.UpdateLicenseKeyUnknown);
    }

    private async Task<LicenseChange> UpdateAsync(SignedCall call, LicenseRequest license, FieldErrors errors, CancellationToken cancel)
    {
        var update = await ReadAsync(call.Fields, errors, license.Admission, cancel).ConfigureAwait(false);
        return await licenses.ChangeAsync(license, (found, now) => errors.Any ? null : update(found, now)).ConfigureAwait(false);
    }

    private async Task<Func<License, long, License>> ReadAsync(
        SignedFields fields, FieldErrors errors, Admission admission, CancellationToken cancel)
    {
        var product = ProductReference.IsIn(fields) && await admission.Accepted.ConfigureAwait(false)
            ? await products.FindAsync(fields, cancel).ConfigureAwait(false)
            : null;
        if (ProductReference.IsIn(fields) && product is null)
            errors.Invalid("product_id");
        var read = new LicenseFields(fields, errors);
        var (status, limit, validity, assignedAt) = (read.Status(), read.ActivationLimit(), read.ValidityDays(), read.AssignedAt());
        var (name, email) = (read.OwnerName(), read.OwnerEmail());
        return (license, now) => license with
        {
            ProductId = product?.Id ?? license.ProductId,
            Status = status ?? license.Status,
            ActivationLimit = limit ?? license.ActivationLimit,
            ValidityDays = validity ?? license.ValidityDays,
            OwnerName = fields.Has(FieldNames.OwnerName) ? name : license.OwnerName,
            OwnerEmail = fields.Has(FieldNames.OwnerEmail) ? email : license.OwnerEmail,
            AssignedAt = assignedAt ?? license.AssignedAt ?? (status == LicenseStatus.Assigned ? now : null),
            UpdatedAt = now,
        };
    }
}
