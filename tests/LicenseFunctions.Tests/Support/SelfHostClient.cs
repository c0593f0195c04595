using System.Net.Http.Json;
using LicenseFunctions.Signing;
using LicenseFunctions.Signing.LocalKeys;

namespace LicenseFunctions.Tests.Support;

/// <summary>What tests send to a self-host process; each signed answer is verified with the keys in its folder.</summary>
/// <param name="apiKey">Goes with the signed calls.</param>
/// <param name="keys">The folder of the signing keys.</param>
internal sealed class SelfHostClient(string apiKey, string keys)
{
    private static int _number;
    private IReadOnlyList<SigningKey>? _known;

    public async Task<SignedReply> PostAsync(SelfHostProcess host, string path, params (string Name, string Value)[] fields)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value))),
        };
        request.Headers.Authorization = new("Bearer", apiKey);
        var answer = await host.Http.SendAsync(request);
        _known ??= await new LocalKeySigner(keys, TimeProvider.System).ListAsync("global", default);
        return await SignedReply.ReadAsync(answer, _known);
    }

    public Task<SignedReply> ActivateAsync(SelfHostProcess host, string licenseKey, string identifier) =>
        PostAsync(host, "/api/v1/activate", ("license_key", licenseKey), ("identifier", identifier));

    public static async Task<DomainReply> PostDomainAsync(SelfHostProcess host, string path, string licenseKey, string domain) =>
        await DomainReply.ReadAsync(await host.Http.PostAsJsonAsync(path, new { license_key = licenseKey, domain }));

    public static async Task<DomainReply> GetDomainAsync(SelfHostProcess host, string path, string licenseKey, string domain) =>
        await DomainReply.ReadAsync(await host.Http.GetAsync($"{path}?license_key={licenseKey}&domain={domain}"));

    /// <summary>Creates an assigned license of a product of its own, through the API.</summary>
    public async Task<string> NewLicenseAsync(SelfHostProcess host, int limit)
    {
        var product = await PostAsync(host, "/api/v1/create-product", ("name", "Widget"), ("description", "A widget"));
        var id = product.Response.GetProperty("product_id").GetRawText();
        var key = $"LIC-{Environment.ProcessId}-{Interlocked.Increment(ref _number)}";
        var created = await PostAsync(
            host, "/api/v1/create-license-keys", ("product_id", id), ("license_keys[]", key), ("status", "assigned"),
            ("activation_limit", $"{limit}"));
        Assert.Equal("1", created.Response.GetProperty("created").GetRawText());
        return key;
    }
}
