using System.Security.Cryptography;
using Microsoft.AspNetCore.Http.Features;

namespace LicenseFunctions.Http.MessageSignatures;

/// <summary>The parts of a request that a signature of its answer can cover.</summary>
public static class RequestComponents
{
    private const string ContentDigest = "content-digest";

    /// <summary>The value of a part; null when the request has no such part.</summary>
    public static string? Find(HttpRequest request, string name) => name switch
    {
        "@method" => request.Method,
        "@target-uri" => $"{request.Scheme}://{AuthorityOf(request)}{TargetOf(request)}",
        "@authority" => AuthorityOf(request),
        "@scheme" => request.Scheme,
        "@request-target" => TargetOf(request),
        "@path" => TargetOf(request).Split('?')[0],
        "@query" => TargetOf(request) is var target && target.IndexOf('?', StringComparison.Ordinal) is >= 0 and var at ? target[at..] : "?",
        ['@', ..] => null,
        _ => request.Headers.TryGetValue(name, out var lines) ? string.Join(", ", lines.Select(line => line?.Trim())) : null,
    };

    /// <summary>False where the request says of its body what is not so: then a signature must not repeat it.</summary>
    public static bool IsTrue(HttpRequest request, string name, byte[] body)
    {
        if (name != ContentDigest)
            return true;
        var digests = StructuredField.TryParseDictionary(Find(request, name) ?? "");
        var known = digests?.Where(digest => digest.Key is "sha-256" or "sha-512").ToArray() ?? [];
        return known.Length > 0 && Array.TrueForAll(known, digest => digest.Value is byte[] value
            && value.AsSpan().SequenceEqual(digest.Key == "sha-256" ? SHA256.HashData(body) : SHA512.HashData(body)));
    }

    private static string AuthorityOf(HttpRequest request)
    {
        var host = request.Host.Host.ToLowerInvariant();
        return request.Host.Port is { } port && port != (request.IsHttps ? 443 : 80) ? $"{host}:{port}" : host;
    }

    /// <summary>As it was sent where the server tells, in the form of a path.</summary>
    private static string TargetOf(HttpRequest request)
    {
        var sent = request.HttpContext.Features.Get<IHttpRequestFeature>()?.RawTarget;
        return sent is ['/', ..] ? sent : $"{request.PathBase}{request.Path}{request.QueryString}";
    }
}
