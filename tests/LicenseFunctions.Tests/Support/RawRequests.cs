using System.Net.Http.Headers;
using System.Text;

namespace LicenseFunctions.Tests.Support;

/// <summary>Requests whose bytes are the test's.</summary>
public static class RawRequests
{
    /// <summary>Posts JSON text to the signed API with the host's API key.</summary>
    public static Task<SignedReply> PostJsonAsync(this ApiHost host, string path, string json) =>
        host.PostBytesAsync(path, Encoding.UTF8.GetBytes(json), "application/json");

    /// <summary>Posts a body to the signed API with the host's API key.</summary>
    public static Task<SignedReply> PostBytesAsync(this ApiHost host, string path, byte[] body, string? contentType) =>
        host.SendAsync(Post(path, body, contentType), host.ApiKey);

    /// <summary>Posts a body to the domain API.</summary>
    public static Task<DomainReply> PostDomainBytesAsync(this ApiHost host, string path, byte[] body, string? contentType) =>
        host.SendDomainAsync(Post(path, body, contentType));

    /// <summary>Posts JSON text to the domain API.</summary>
    public static Task<DomainReply> PostDomainJsonAsync(this ApiHost host, string path, string json) =>
        host.PostDomainBytesAsync(path, Encoding.UTF8.GetBytes(json), "application/json");

    public static HttpRequestMessage Post(string path, byte[] body, string? contentType)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ByteArrayContent(body) };
        if (contentType is not null)
            request.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        return request;
    }

    /// <summary>A Bearer token, the scheme spelt as given.</summary>
    public static HttpRequestMessage WithToken(this HttpRequestMessage request, string scheme, string token)
    {
        request.Headers.Authorization = new AuthenticationHeaderValue(scheme, token);
        return request;
    }
}
