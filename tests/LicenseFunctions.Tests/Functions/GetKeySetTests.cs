using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using LicenseFunctions.Signing;
using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.Functions;

public sealed class GetKeySetTests(SharedApi api) : IClassFixture<SharedApi>
{
    [Fact]
    public async Task The_global_key_stands_first_and_the_products_keys_follow()
    {
        var answer = await api.Host.Http.GetAsync("/.well-known/jwks.json");

        var keys = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty("keys").EnumerateArray().ToArray();
        var known = await api.Host.Keys.AllAsync(CancellationToken.None);
        Assert.Equal(200, (int)answer.StatusCode);
        Assert.Equal("application/jwk-set+json", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal("kty use alg kid n e", keys[0].Names());
        Assert.Equal(known.Single(key => key.Name == SigningKeys.Global).KeyId, keys[0].GetProperty("kid").GetString());
        Assert.Equal(known.Select(key => key.KeyId).Order(), keys.Select(key => key.GetProperty("kid").GetString()!).Order());
    }

    [Theory]
    [InlineData("verify")]
    [InlineData("deactivate")]
    public async Task An_answer_is_verified_with_nothing_but_the_key_set(string endpoint)
    {
        var license = await api.LicenseAsync();
        await api.CallAsync("activate", license, ("identifier", "a.example"));
        var answer = await api.CallAsync(endpoint, license, ("identifier", "a.example"));
        var set = JsonDocument.Parse(await api.Host.Http.GetStringAsync("/.well-known/jwks.json")).RootElement.GetProperty("keys");

        var kid = Assert.Single(answer.Http.Headers.GetValues("X-Signature-Key-Id"));
        var key = set.EnumerateArray().Single(each => each.GetProperty("kid").GetString() == kid);

        using var rsa = RSA.Create(new RSAParameters { Modulus = Decode(key, "n"), Exponent = Decode(key, "e") });
        Assert.True(rsa.VerifyData(
            Encoding.ASCII.GetBytes(answer.Body.GetProperty("response_base64").GetString()!),
            Convert.FromBase64String(answer.Body.GetProperty("signature").GetString()!),
            HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
    }

    private static byte[] Decode(JsonElement key, string name) => Base64Url.DecodeFromChars(key.GetProperty(name).GetString());
}
