using System.Text.Json;

namespace LicenseFunctions.SelfHost;

/// <summary>What the self-host honours of host.json.</summary>
public static class HostJson
{
    /// <summary>What every route begins with: <c>extensions.http.routePrefix</c>, which is <c>api</c> where nothing is said.</summary>
    public static string RoutePrefix(string folder)
    {
        var path = Path.Combine(folder, "host.json");
        if (!File.Exists(path))
            return "api";
        using var document = JsonDocument.Parse(File.ReadAllBytes(path));
        return document.RootElement.TryGetProperty("extensions", out var extensions)
            && extensions.TryGetProperty("http", out var http)
            && http.TryGetProperty("routePrefix", out var prefix)
                ? (prefix.GetString() ?? "").Trim('/')
                : "api";
    }
}
