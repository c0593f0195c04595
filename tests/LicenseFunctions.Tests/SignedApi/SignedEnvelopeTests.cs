using System.Security.Cryptography;
using System.Text;
using LicenseFunctions.Signing;
using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.SignedApi;

/// <summary>What a signature covers, by the setting, for texts that encoders differ about.</summary>
public sealed class SignedEnvelopeTests
{
    private const string Awkward = "a/b \\ \" ü 😀 \u007f \u0001\u001f\b\f\n\r\t <&> 日本 x";

    private static readonly (string, string) EnvelopeMode = ("Signing:Payload", "Envelope");

    [Fact]
    public async Task By_default_it_covers_the_base64_and_not_the_envelope()
    {
        await using var host = await ApiHost.StartAsync();

        var answer = await DetailsAsync(host);

        Assert.True(await VerifiesAsync(host, answer, answer.Body.GetProperty("response_base64").GetString()!));
        Assert.False(await VerifiesAsync(host, answer, PhpJson.Encode(answer.Body, without: "signature")));
    }

    [Fact]
    public async Task On_request_it_covers_the_envelope_and_not_the_base64()
    {
        await using var host = await ApiHost.StartAsync(settings: EnvelopeMode);

        var answer = await DetailsAsync(host);

        Assert.True(await VerifiesAsync(host, answer, PhpJson.Encode(answer.Body, without: "signature")));
        Assert.False(await VerifiesAsync(host, answer, answer.Body.GetProperty("response_base64").GetString()!));
    }

    [Fact]
    public async Task On_request_refusals_problems_of_fields_and_lists_are_covered_too()
    {
        await using var host = await ApiHost.StartAsync(settings: [EnvelopeMode, ("RateLimits:LicensePerMinute", "2")]);
        await host.ProductAsync(draft => draft with { Name = "üñ/" });
        SignedReply[] answers =
        [
            await host.PostAsync("/api/v1/create-product"),
            await host.GetAsync("/api/v1/get-all-products"),
            await host.PostAsync("/api/v1/verify", ("license_key", "unknown")),
            await host.PostAsync("/api/v1/verify", ("license_key", "unknown")),
            await host.PostAsync("/api/v1/verify", ("license_key", "unknown")),
        ];

        Assert.Equal(429, answers[^1].Status);
        foreach (var answer in answers)
            Assert.True(await VerifiesAsync(host, answer, PhpJson.Encode(answer.Body, without: "signature")));
    }

    [Theory]
    [InlineData("ResponseBase64")]
    [InlineData("Envelope")]
    public async Task The_fields_stand_in_their_order(string mode)
    {
        await using var host = await ApiHost.StartAsync(settings: ("Signing:Payload", mode));

        var answer = await host.PostAsync("/api/v1/verify", ("license_key", "unknown"));

        Assert.Equal("response response_base64 private_key_used signature", answer.Body.Names());
        Assert.Equal("application/json", answer.Http.Content.Headers.ContentType?.ToString());
    }

    [Theory]
    [InlineData("ResponseBase64")]
    [InlineData("Envelope")]
    public async Task The_base64_decodes_to_ASCII_with_everything_else_escaped(string mode)
    {
        await using var host = await ApiHost.StartAsync(settings: ("Signing:Payload", mode));

        var answer = await DetailsAsync(host);

        Assert.All(answer.Decoded(), c => Assert.InRange(c, ' ', '\u007f'));
        Assert.Contains(
            "\"owner_name\":\"a\\/b \\\\ \\\" \\u00fc \\ud83d\\ude00 \u007f \\u0001\\u001f\\b\\f\\n\\r\\t <&> \\u65e5\\u672c x\"",
            answer.Decoded(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Line_and_paragraph_separators_are_dropped_from_stored_texts()
    {
        await using var host = await ApiHost.StartAsync(settings: EnvelopeMode);
        await host.PostAsync("/api/v1/create-product", ("name", "na\u2028me"), ("description", "a\u2029b"), ("external_reference", "r\u2028\u2029r"));
        await host.PostAsync(
            "/api/v1/create-license-keys", ("product_id", "1"), ("license_keys", "[\"KEY\u2028-1\"]"), ("owner_name", "o\u2028n"), ("owner_email", "o\u2029e"));
        await host.PostAsync("/api/v1/assign-license-key", ("license_key", "KEY-1"));
        await host.PostAsync("/api/v1/activate", ("license_key", "KEY\u2028-1"), ("identifier", "id\u20291"));

        var details = await host.PostAsync("/api/v1/get-license-key-details", ("license_key", "K\u2029EY-1"), ("identifier", "id1"));
        var list = await host.GetAsync("/api/v1/get-all-products");

        Assert.Contains("\"license_key\":\"KEY-1\",\"owner_name\":\"on\",\"owner_email\":\"oe\"", details.Decoded(), StringComparison.Ordinal);
        Assert.Contains("\"external_reference\":\"rr\",\"source\":\"internal\",\"name\":\"name\",\"post_url\":\"\",\"description\":\"ab\"", list.Decoded(), StringComparison.Ordinal);
        Assert.True(await VerifiesAsync(host, details, PhpJson.Encode(details.Body, without: "signature")));
    }

    private static async Task<SignedReply> DetailsAsync(ApiHost host)
    {
        var license = await host.LicenseAsync(draft => draft with { Key = "KEY/ü#?\\ \"1\" 😀" });
        await host.PostAsync("/api/v1/update-license-key", ("license_key", license.Key), ("owner_name", Awkward), ("owner_email", Awkward));
        return await host.PostAsync("/api/v1/get-license-key-details", ("license_key", license.Key));
    }

    private static async Task<bool> VerifiesAsync(ApiHost host, SignedReply answer, string payload)
    {
        var key = (await host.Keys.AllAsync(CancellationToken.None)).Single(each => each.Name == SigningKeys.Global && each.State == SigningKeyState.Current);
        using var rsa = key.ToRsa();
        return rsa.VerifyData(
            Encoding.UTF8.GetBytes(payload), Convert.FromBase64String(answer.Body.GetProperty("signature").GetString()!),
            HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
    }
}
