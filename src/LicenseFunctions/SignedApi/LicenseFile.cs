using LicenseFunctions.Licensing;
using LicenseFunctions.Signing;

namespace LicenseFunctions.SignedApi;

/// <summary>The content of a <c>.lic</c> file: a license for one identifier, as clients read it while they are offline.</summary>
/// <remarks>
/// Published clients decide two things here. <c>lastCheckedDate</c> is a date alone, and the two periods are days from it.
/// <c>expires_at</c> of a perpetual license is null, not false as in answers: they hand it to a function that takes texts.
/// Everything beyond ASCII is escaped, so a block that ends within a character does no harm.
/// </remarks>
public static class LicenseFile
{
    /// <summary>Days after which a client should ask the server again.</summary>
    public const int CheckEveryDays = 7;

    /// <summary>Days after which a client must have asked the server again.</summary>
    public const int CheckAtLatestDays = 30;

    /// <summary>The file, in base64.</summary>
    public static string Write(OfflineKeyPair key, LicenseReading reading, IReadOnlyList<ProductFeature> features) =>
        Convert.ToBase64String(key.Lock(Content(reading, features).Written));

    private static WireJson Content(LicenseReading reading, IReadOnlyList<ProductFeature> features)
    {
        var (license, product, identifier) = (reading.License!, reading.Product!, reading.Request.Identifier!);
        var json = new WireJson(WireEscaping.Escaped).Open('{')
            .Field("license_key", license.Key)
            .Field("product_uuid", product.Uuid)
            .Field("product", product.Name)
            .Field("owner_name", license.OwnerName)
            .Field("owner_email", license.OwnerEmail)
            .Field("status", license.Status.ToWire())
            .Field("identifier", identifier)
            .Field(IsDomain(identifier) ? "domain" : "hardware_id", identifier)
            .Name("features").Open('{');
        var own = license.Features;
        foreach (var feature in features)
            json.Name(feature.Key).Value(feature.ValueFor(own));
        return json.Close('}')
            .Field("issued_at", WireTime.Plain(reading.Now))
            .Field("expires_at", WireTime.Plain(license.ExpiresAt))
            .Field("licenseCheckInterval", CheckEveryDays)
            .Field("lastCheckedDate", WireTime.Date(reading.Now))
            .Field("forceLicenseValidation", CheckAtLatestDays)
            .Close('}');
    }

    /// <summary>A host name of several labels, an address, or the machine itself; anything else names a machine in its own way.</summary>
    private static bool IsDomain(string identifier) =>
        HostName.TryNormalize(identifier, out var host) && (host == "localhost" || host.AsSpan().IndexOfAny('.', ':') >= 0);
}
