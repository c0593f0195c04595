using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using LicenseFunctions.Signing;

namespace LicenseFunctions.Tests.Support;

/// <summary>An answer of the signed API. Reading it verifies it: the base64 is that of the response, the signature fits that key and no other.</summary>
public sealed class SignedReply
{
    private SignedReply(HttpResponseMessage http, JsonElement body, string signedBy) => (Http, Body, SignedBy) = (http, body, signedBy);

    public HttpResponseMessage Http { get; }

    public int Status => (int)Http.StatusCode;

    /// <summary>The whole envelope; undefined for a problem document, which is not signed.</summary>
    public JsonElement Body { get; }

    public JsonElement Response => Body.GetProperty("response");

    /// <summary>The code as it is written: <c>300</c>, or <c>"400"</c> with its quotes.</summary>
    public string Code => Response.GetProperty("code").GetRawText();

    public string Message => Response.GetProperty("message").GetString()!;

    /// <summary>The name of the key that verifies the signature.</summary>
    public string SignedBy { get; }

    public static async Task<SignedReply> ReadAsync(HttpResponseMessage http, IReadOnlyList<SigningKey> keys)
    {
        var text = await http.Content.ReadAsStringAsync();
        if (http.Content.Headers.ContentType?.MediaType != "application/json")
            return new(http, default, "");
        var body = JsonDocument.Parse(text).RootElement;
        var base64 = body.GetProperty("response_base64").GetString()!;
        var decoded = Encoding.UTF8.GetString(Convert.FromBase64String(base64));
        Assert.Equal(body.GetProperty("response").GetRawText(), decoded);
        var kid = Assert.Single(http.Headers.GetValues("X-Signature-Key-Id"));
        var key = Assert.Single(keys, each => each.KeyId == kid);
        Assert.True(Verifies(key, body, base64, text), "The signature does not verify.");
        Assert.DoesNotContain(keys, each => each.Name != key.Name && Verifies(each, body, base64, text));
        Assert.Equal(key.Name == SigningKeys.Global ? "global" : "product", body.GetProperty("private_key_used").GetString());
        return new(http, body, key.Name);
    }

    /// <summary>Asserts code, message, HTTP status and whose key signed.</summary>
    public void ShouldBe(int code, string message, string signedBy = "global", int status = 200)
    {
        Assert.Equal(code == 400 ? "\"400\"" : $"{code}", Code);
        Assert.Equal(message, Message);
        Assert.Equal(status, Status);
        Assert.Equal(signedBy, SignedBy);
    }

    /// <summary>Asserts a problem document: for what the contract has no answer for.</summary>
    public void ShouldBeProblem(int status)
    {
        Assert.Equal(status, Status);
        Assert.Equal("application/problem+json", Http.Content.Headers.ContentType?.MediaType);
    }

    /// <summary>Either of the two things that a signature may cover; which one is the setting's, tests of it look closer.</summary>
    private static bool Verifies(SigningKey key, JsonElement body, string base64, string text)
    {
        using var rsa = key.ToRsa();
        var signature = Convert.FromBase64String(body.GetProperty("signature").GetString()!);
        return rsa.VerifyData(Encoding.ASCII.GetBytes(base64), signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            || rsa.VerifyData(Encoding.UTF8.GetBytes(EnvelopeText.WithoutSignature(text)), signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
    }
}
