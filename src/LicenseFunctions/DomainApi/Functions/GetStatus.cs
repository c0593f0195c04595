using System.Text.Json;
using LicenseFunctions.Licensing;
using Microsoft.Azure.Functions.Worker;

namespace LicenseFunctions.DomainApi.Functions;

/// <summary>GET /status: the license, its product, its latest domain and what it has been used for.</summary>
public sealed class GetStatus(DomainApiGate gate, Licenses licenses)
{
    [Function(nameof(GetStatus))]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "options", Route = "status")] HttpRequest request,
        CancellationToken cancel) =>
        gate.AnswerAsync(request, gate.Status, licenses.ReadAnyAsync, (_, reading) => AnswerAsync(reading, cancel), cancel);

    private async ValueTask<DomainAnswer> AnswerAsync(LicenseReading reading, CancellationToken cancel)
    {
        var license = reading.License!;
        var latest = license.Latest is { } activation
            ? reading.LatestTotals ?? await licenses.TotalsOfAsync(license, activation, cancel).ConfigureAwait(false)
            : VerificationTotals.None;
        return DomainAnswer.Success(json => Write(json, reading, latest));
    }

    private static void Write(Utf8JsonWriter json, LicenseReading reading, VerificationTotals latest)
    {
        var license = reading.License!;
        json.WriteBoolean("success", true);
        json.WriteStartObject("license");
        json.WriteString("key", license.Key);
        json.WriteString("status", StatusOf(reading));
        json.WriteStartObject("product");
        json.WriteNumber("id", license.ProductId);
        json.WriteString("title", reading.Product?.Name);
        json.WriteString("slug", reading.Product?.Slug);
        json.WriteEndObject();
        WriteDomain(json, license.Latest, latest);
        json.WriteNumber("verification_count", reading.Totals.Count);
        json.WriteString("last_verified_at", DomainTime.Format(reading.Totals.LastAt));
        json.WriteString("expires_at", DomainTime.Format(license.ExpiresAt));
        json.WriteString("created_at", DomainTime.Format(license.CreatedAt));
        json.WriteEndObject();
    }

    private static void WriteDomain(Utf8JsonWriter json, LatestActivation? activation, VerificationTotals totals)
    {
        if (activation is null)
        {
            json.WriteNull("domain");
            return;
        }

        json.WriteStartObject("domain");
        json.WriteString("domain", activation.Identifier);
        json.WriteString("activated_at", DomainTime.Format(activation.ActivatedAt));
        json.WriteNumber("verification_count", totals.Count);
        json.WriteString("last_verified_at", DomainTime.Format(totals.LastAt));
        json.WriteEndObject();
    }

    /// <summary>Expiry counts by its date here, whatever the product requires.</summary>
    private static string StatusOf(LicenseReading reading) =>
        LicenseStandings.Of(reading.License, reading.Product, reading.Now) switch
        {
            LicenseStanding.Revoked => "revoked",
            LicenseStanding.Blocked or LicenseStanding.Suspended or LicenseStanding.ProductInactive => "suspended",
            LicenseStanding.Good when reading.License!.IsExpiredAt(reading.Now) => "expired",
            LicenseStanding.Good => "active",
            LicenseStanding.Expired => "expired",
            LicenseStanding.Unknown or LicenseStanding.NotAssigned => "inactive",
        };
}
