using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using LicenseFunctions.Signing;
using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.KeyRotation;

/// <summary>
/// An application in the field. It verifies with the one public key that it was shipped with, or with a key set that it
/// keeps for as long as the server allows and fetches anew only then: never because a signature failed.
/// </summary>
internal sealed class RotatingClient(string apiKey, string licenseKey, SigningKey? pinned, TimeProvider time)
{
    private static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(60);

    private Dictionary<string, RSAParameters> _set = [];
    private DateTimeOffset _fetchedAt = DateTimeOffset.MinValue;

    /// <summary>Asks, and verifies what it is told; answers the <c>kid</c> that signed.</summary>
    public async Task<string> VerifyAsync(ApiHost host)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/verify")
        {
            Content = new FormUrlEncodedContent([new("license_key", licenseKey), new("identifier", "a.example"), new("api_key", apiKey)]),
        };
        await FetchAsync(host);
        using var answer = await host.Http.SendAsync(request);
        var envelope = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
        var kid = answer.Headers.GetValues("X-Signature-Key-Id").Single();
        using var rsa = pinned?.ToRsa() ?? RSA.Create(_set[kid]);
        Assert.True(rsa.VerifyData(
            Encoding.ASCII.GetBytes(envelope.GetProperty("response_base64").GetString()!),
            Convert.FromBase64String(envelope.GetProperty("signature").GetString()!),
            HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
        Assert.Equal(200, envelope.GetProperty("response").GetProperty("code").GetInt32());
        return kid;
    }

    private async Task FetchAsync(ApiHost host)
    {
        if (pinned is not null || time.GetUtcNow() - _fetchedAt < MaxAge)
            return;
        _set = (await KeySetAsync(host)).ToDictionary(
            key => key.GetProperty("kid").GetString()!,
            key => new RSAParameters
            {
                Modulus = Base64Url.DecodeFromChars(key.GetProperty("n").GetString()),
                Exponent = Base64Url.DecodeFromChars(key.GetProperty("e").GetString()),
            });
        _fetchedAt = time.GetUtcNow();
    }

    public static async Task<JsonElement[]> KeySetAsync(ApiHost host) =>
        [.. JsonDocument.Parse(await host.Http.GetStringAsync("/.well-known/jwks.json")).RootElement.GetProperty("keys").EnumerateArray()];

    public static async Task<string[]> KeyIdsAsync(ApiHost host) => [.. (await KeySetAsync(host)).Select(key => key.GetProperty("kid").GetString()!)];
}
