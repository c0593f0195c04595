using LicenseFunctions.Licensing;
using Microsoft.Azure.Functions.Worker;

namespace LicenseFunctions.SignedApi.Functions;

/// <summary>POST /api/v1/assign-license-key: 800 assigned, 801 unknown or not available. Both signed by the global key.</summary>
public sealed class AssignLicenseKey(SignedApiGate gate, Licenses licenses)
{
    [Function(nameof(AssignLicenseKey))]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/v1/assign-license-key")] HttpRequest request,
        CancellationToken cancel) =>
        gate.AnswerForLicenseAsync(
            request, Capability.AssignLicenseKey, AssignAsync, Answer, cancel, unknown: ResultCodes.LicenseKeyNotAssignable, FlawOfOwner);

    /// <summary>Neither endpoint that assigns has a code for an owner that cannot be stored.</summary>
    internal static string? FlawOfOwner(SignedFields fields) =>
        fields.FlawOfText(FieldNames.OwnerName, LicenseFields.LongestName) ?? fields.FlawOfText(FieldNames.OwnerEmail, LicenseFields.LongestName);

    internal static Assignment AssignmentOf(SignedCall call) =>
        new(call.Fields.StoredText(FieldNames.OwnerName), call.Fields.StoredText(FieldNames.OwnerEmail));

    private Task<LicenseChange> AssignAsync(SignedCall call, LicenseRequest license)
    {
        var assignment = AssignmentOf(call);
        return licenses.ChangeAsync(
            license, (found, now) => found.Status == LicenseStatus.Available ? assignment.Apply(found, now) : null);
    }

    private static SignedAnswer Answer(SignedCall call, LicenseChange change) =>
        SignedCall.Answer(change.IsChanged ? ResultCodes.LicenseKeyAssigned : ResultCodes.LicenseKeyNotAssignable);
}
