using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http.Features;

namespace LicenseFunctions.SignedApi;

/// <summary>What a download's path says: credential, license key, identifier, version.</summary>
/// <param name="Credential">A token, or an API key.</param>
/// <param name="LicenseKey">As it was given out.</param>
/// <param name="Identifier">Null when it is not the base64 of a text.</param>
/// <param name="NumericVersion">Null when it is no number.</param>
public sealed record DownloadPath(string Credential, string LicenseKey, string? Identifier, long? NumericVersion)
{
    public const string Route = "api/v1/download/{api_key}/{license_key}/{base64_identifier}/{numeric_version}";

    private static readonly string[] Names = ["api_key", "license_key", "base64_identifier", "numeric_version"];
    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    public static DownloadPath Read(HttpRequest request)
    {
        var segments = Segments(request);
        return new(segments[0], segments[1], Decode(segments[2]),
            // Parsing overlooks zero characters at the end.
            !segments[3].Contains('\0', StringComparison.Ordinal)
                && long.TryParse(segments[3], NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : null);
    }

    /// <summary>The address of a version, at the host that the request came to.</summary>
    public static string Address(HttpRequest request, string credential, string licenseKey, string identifier, long version)
    {
        string[] segments = [credential, licenseKey, Convert.ToBase64String(Encoding.UTF8.GetBytes(identifier))];
        return string.Create(CultureInfo.InvariantCulture,
            $"{request.Scheme}://{request.Host}{request.PathBase}/api/v1/download/{string.Join('/', segments.Select(Uri.EscapeDataString))}/{version}");
    }

    /// <summary>
    /// The last four segments, decoded here and nowhere else. The server decodes a path all but its slashes, after which an
    /// encoded slash looks like the text %2F; so they are taken from the path as it was sent.
    /// </summary>
    private static string[] Segments(HttpRequest request)
    {
        var target = request.HttpContext.Features.Get<IHttpRequestFeature>()?.RawTarget ?? "";
        var sent = target.Split('?')[0].TrimEnd('/').Split('/');
        return sent.Length > Names.Length
            ? Array.ConvertAll(sent[^Names.Length..], Uri.UnescapeDataString)
            : Array.ConvertAll(Names, name => (request.RouteValues[name]?.ToString() ?? "").Replace("%2F", "/", StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Reads base64 in either alphabet, with or without its padding.</summary>
    private static string? Decode(string base64)
    {
        try
        {
            var plain = base64.TrimEnd('=').Replace('+', '-').Replace('/', '_');
            var text = StrictUtf8.GetString(Base64Url.DecodeFromChars(plain)).Trim();
            return text.Length > 0 ? text : null;
        }
        catch (Exception e) when (e is FormatException or DecoderFallbackException)
        {
            return null;
        }
    }
}
