using System.Globalization;
using System.Text.Json.Nodes;
using LicenseFunctions.Licensing;

namespace LicenseFunctions.Cli;

/// <summary>The things of the store as JSON: field names as on the wire, instants in ISO 8601.</summary>
internal static partial class Documents
{
    public static JsonObject Of(ApiKey key) => new()
    {
        ["id"] = key.Id,
        ["name"] = key.Name,
        ["active"] = key.IsActive,
        ["capabilities"] = Texts(key.Capabilities),
        ["allowed_ips"] = Texts(key.AllowedIps),
        ["signing_keys"] = Texts(key.SigningKeyIds),
        ["created_at"] = Instant(key.CreatedAt),
        ["ends_at"] = Instant(key.EndsAt),
    };

    /// <summary>A key with whatever secrets it has, oldest first.</summary>
    public static JsonObject Of(IReadOnlyList<ApiKey> secrets, long now)
    {
        var document = Of(secrets[^1]);
        var ends = secrets.Where(secret => secret.EndsAt > now).Max(secret => secret.EndsAt);
        document.Remove("ends_at");
        document["state"] = !secrets[^1].IsActive ? "disabled" : ends is null ? "active" : "rotating";
        document["old_secret_ends_at"] = Instant(ends);
        return document;
    }

    public static JsonObject Of(Product product) => new()
    {
        ["id"] = product.Id,
        ["uuid"] = product.Uuid,
        ["slug"] = product.Slug,
        ["name"] = product.Name,
        ["source"] = product.Source,
        ["description"] = product.Description,
        ["external_reference"] = product.ExternalReference,
        ["status"] = product.IsActive ? "active" : "inactive",
        ["require_non_expired"] = product.RequiresNonExpired,
        ["changelog"] = product.ShowsChangelog ? "on" : "off",
        ["signing_key"] = product.SigningKeyName ?? "global",
        ["created_at"] = Instant(product.CreatedAt),
        ["updated_at"] = Instant(product.UpdatedAt),
    };

    /// <summary>A license; its product is null when that was deleted.</summary>
    public static JsonObject Of(License license, Product? product) => new()
    {
        ["license_key"] = license.Key,
        ["id"] = license.Id,
        ["status"] = license.Status.ToWire(),
        ["product_id"] = license.ProductId,
        ["product"] = product is null ? null : new JsonObject
        {
            ["id"] = product.Id,
            ["uuid"] = product.Uuid,
            ["slug"] = product.Slug,
            ["name"] = product.Name,
            ["status"] = product.IsActive ? "active" : "inactive",
        },
        ["owner_name"] = license.OwnerName,
        ["owner_email"] = license.OwnerEmail,
        ["activation_limit"] = license.ActivationLimit,
        ["active_count"] = license.ActiveCount,
        ["validity"] = license.ValidityDays,
        ["assigned_at"] = Instant(license.AssignedAt),
        ["expires_at"] = Instant(license.ExpiresAt),
        ["created_at"] = Instant(license.CreatedAt),
        ["updated_at"] = Instant(license.UpdatedAt),
        ["latest_activation"] = license.Latest is not { } latest ? null : new JsonObject
        {
            ["identifier"] = latest.Identifier,
            ["activated_at"] = Instant(latest.ActivatedAt),
        },
    };

    public static JsonObject Of(ActiveIdentifier activation) => new()
    {
        ["identifier"] = activation.Identifier,
        ["activated_at"] = Instant(activation.ActivatedAt),
        ["verification_count"] = activation.Verifications.Count,
        ["last_verified_at"] = Instant(activation.Verifications.LastAt),
    };

    public static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Select(text => (JsonNode)text)]);

    /// <summary><c>2026-01-15T10:30:00Z</c>; null when there is none.</summary>
    public static string? Instant(long? milliseconds) => milliseconds is { } ms
        ? DateTimeOffset.FromUnixTimeMilliseconds(ms).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)
        : null;
}
