using LicenseFunctions.Http;
using LicenseFunctions.Licensing;

namespace LicenseFunctions.DomainApi;

/// <summary>The fields of a domain call, checked.</summary>
/// <param name="LicenseKey">The license key.</param>
/// <param name="Domain">The domain, normalised; empty where the endpoint takes none.</param>
public sealed record DomainCall(string LicenseKey, string Domain)
{
    /// <summary>Reads the fields; the call is null when there are errors.</summary>
    public static (DomainCall? Call, IReadOnlyList<(string Field, string Message)> Errors) Read(RequestFields fields, bool needsDomain)
    {
        List<(string, string)>? errors = null;
        var key = Text(fields, "license_key", "license key", ref errors);
        if (key?.Length > License.LongestKey)
            (errors ??= []).Add(("license_key", $"The license key field must not be greater than {License.LongestKey} characters."));
        var host = "";
        if (needsDomain && Text(fields, "domain", "domain", ref errors) is { } domain && !HostName.TryNormalize(domain, out host))
            (errors ??= []).Add(("domain", "The domain field must be a valid domain."));
        return errors is null ? (new(key!, host), []) : (null, errors);
    }

    private static string? Text(RequestFields fields, string name, string words, ref List<(string, string)>? errors)
    {
        var text = fields.Text(name);
        if (text is null)
            (errors ??= []).Add((name, fields.IsStructured(name) ? $"The {words} field must be a string." : $"The {words} field is required."));
        return RequestFields.WithoutSeparators(text);
    }
}
