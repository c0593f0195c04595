using LicenseFunctions.Http;

namespace LicenseFunctions.Tests.Support;

/// <summary>The served endpoints of the signed API, by what their capability is called.</summary>
public static class SignedEndpoints
{
    private const string Base = "api/v1/";

    private static readonly Dictionary<string, HttpFunction> ByCapability = new FunctionCatalog().All
        .Where(function => function.Route.StartsWith(Base, StringComparison.Ordinal))
        .ToDictionary(function => WithoutParameters(function.Route)[Base.Length..], StringComparer.Ordinal);

    /// <summary>The method and, below the base path, a path of an endpoint; what stands in it names nothing that exists.</summary>
    public static (HttpMethod Method, string Path) Of(string capability)
    {
        var function = ByCapability[capability];
        var segments = function.Route[Base.Length..].Split('/').Select(segment => segment.StartsWith('{') ? "unknown" : segment);
        return (new HttpMethod(function.Methods[0]), string.Join('/', segments));
    }

    /// <summary>A path without its variable segments, which is what a capability is named after.</summary>
    public static string WithoutParameters(string path) =>
        string.Join('/', path.Split('/').Where(segment => !segment.StartsWith('{')));
}
