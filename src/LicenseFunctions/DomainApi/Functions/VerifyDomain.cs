using LicenseFunctions.Licensing;
using Microsoft.Azure.Functions.Worker;

namespace LicenseFunctions.DomainApi.Functions;

/// <summary>GET /verify: says whether a domain is active on a license in good standing.</summary>
public sealed class VerifyDomain(DomainApiGate gate, Licenses licenses)
{
    [Function(nameof(VerifyDomain))]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "options", Route = "verify")] HttpRequest request,
        CancellationToken cancel) =>
        gate.AnswerAsync(request, gate.Verify, licenses.VerifyAsync, (_, verification) => new(Answer(verification)), cancel);

    private static readonly byte[] Perpetual = Valid(null);

    private static DomainAnswer Answer(LicenseVerification verification) =>
        !verification.IsActive ? DomainAnswer.NotValid(DomainErrors.InvalidDomain)
        : verification.License!.ExpiresAt is { } expiresAt ? DomainAnswer.Success(Valid(expiresAt))
        : DomainAnswer.Success(Perpetual);

    private static byte[] Valid(long? expiresAt) => DomainAnswer.Json(json =>
    {
        json.WriteBoolean("valid", true);
        json.WriteStartObject("license");
        json.WriteString("expires_at", DomainTime.Format(expiresAt));
        json.WriteEndObject();
    });
}
