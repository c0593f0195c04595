using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using LicenseFunctions.Signing;
using LicenseFunctions.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace LicenseFunctions.Tests.DomainApi;

/// <summary>Answers of the domain API are signed for whoever asks for it; for nobody else does anything change.</summary>
public sealed class AcceptSignatureTests(SharedApi api) : IClassFixture<SharedApi>
{
    private const string Covered = """("@status" "content-digest" "content-type" "@method";req "@path";req "@query";req)""";
    private const string OfPost = """("@status" "content-digest" "content-length" "cache-control" "@method";req "@target-uri";req "@authority";req "content-type";req "content-digest";req)""";

    private readonly HttpClient _http = api.Host.Http;

    [NodeFact]
    public async Task Every_kind_of_answer_is_verified_by_another_implementation()
    {
        var license = await api.LicenseAsync(draft => draft with { ActivationLimit = 1 });
        var exchanges = new List<Exchange>
        {
            await PostAsync("/activate", license.Key, "a.example"),
            await PostAsync("/activate", license.Key, "b.example"), // domain_limit_reached
            await PostAsync("/api/license/activate", "unknown", "a.example"),
            await GetAsync($"/verify?license_key={license.Key}&domain=a.example"),
            await GetAsync($"/api/license/verify?domain=%62.example&license_key={license.Key}"),
            await GetAsync("/verify?license_key=unknown&domain=a.example"),
            await GetAsync("/verify?license_key=unknown"), // validation_error
            await GetAsync($"/status?license_key={license.Key}"),
            await PostAsync("/deactivate", license.Key, "a.example"),
            await PostAsync("/deactivate", license.Key, "a.example"), // domain_not_found
            await GetAsync("/status?license_key=unknown", """my_sig=("content-digest");created;tag="t\"q\\";nonce="n=";alg="rsa-v1_5-sha256";keyid="KEY" """),
        };
        Assert.Equal([200, 422, 404, 200, 200, 404, 422, 200, 200, 422, 404], exchanges.Select(each => each.Status));
        var keySet = await _http.GetStringAsync("/.well-known/jwks.json");

        Assert.Equal(exchanges.Select(_ => "ok"), await MessageVerifier.VerifyAsync(keySet, [.. exchanges]));

        var (verify, activate) = (exchanges[3], exchanges[0]);
        var forged = await MessageVerifier.VerifyAsync(
            keySet,
            verify with { Body = verify.Body.Replace("true", "null", StringComparison.Ordinal) },
            verify with { Status = 404 },
            verify with { Url = verify.Url.Replace("a.example", "c.example", StringComparison.Ordinal) },
            exchanges[4] with { Headers = Swap(exchanges[4].Headers, verify.Headers) },
            activate with { RequestHeaders = activate.RequestHeaders.ToDictionary(each => each.Key, each => each.Key == "Content-Digest" ? "sha-256=:AAAA:" : each.Value) },
            activate with { Headers = activate.Headers.ToDictionary(each => each.Key, each => each.Value.Replace("nonce=\"n-", "nonce=\"m-", StringComparison.Ordinal)) });
        Assert.DoesNotContain("ok", forged);

        static Dictionary<string, string> Swap(IReadOnlyDictionary<string, string> headers, IReadOnlyDictionary<string, string> others) =>
            headers.ToDictionary(each => each.Key, each => each.Key is "Signature" ? others[each.Key] : each.Value);
    }

    [Fact]
    public async Task The_fields_say_what_was_asked_for_and_how_it_was_made()
    {
        var key = (await api.Host.Keys.GlobalAsync(CancellationToken.None)).KeyId;

        var answer = await GetAsync("/verify?license_key=x&domain=a.example", """sig1=("@status" "content-digest" "@path";req);created;expires;nonce="abc";tag="app" """);

        Assert.Equal(
            $"""sig1=("@status" "content-digest" "@path";req);created={api.Timestamp};expires={api.Timestamp + 300};keyid="{key}";alg="rsa-v1_5-sha256";nonce="abc";tag="app" """.TrimEnd(),
            answer.Header("Signature-Input"));
        Assert.Equal($"sha-256=:{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(answer.Body)))}:", answer.Header("Content-Digest"));
        Assert.StartsWith("sig1=:", answer.Header("Signature"), StringComparison.Ordinal);
        Assert.Equal("""{"valid":false,"error":"invalid_key"}""", answer.Body);
        foreach (var field in (string[])["X-RateLimit-Limit", "Content-Digest", "Signature-Input", "Signature"])
            Assert.Contains(field, answer.Header("Access-Control-Expose-Headers"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_does_not_ask_gets_what_is_documented_and_nothing_else()
    {
        var answer = await Exchange.SendAsync(_http, new(HttpMethod.Get, "/verify?license_key=x&domain=a.example"));

        Assert.Null(answer.Header("Signature") ?? answer.Header("Signature-Input") ?? answer.Header("Content-Digest"));
        Assert.Equal("X-RateLimit-Limit, X-RateLimit-Remaining, Retry-After", answer.Header("Access-Control-Expose-Headers"));
    }

    [Theory]
    [InlineData("nonsense(")]
    [InlineData("sig1=\"content-digest\"")]
    [InlineData("sig1=(content-digest)")]
    [InlineData("sig1=(\"@status\")")] // says nothing of the answer
    [InlineData("sig1=()")]
    [InlineData("sig1=(\"content-digest\" \"content-digest\")")]
    [InlineData("sig1=(\"content-digest\" \"@method\")")] // an answer has no method
    [InlineData("sig1=(\"content-digest\" \"@status\";req)")]
    [InlineData("sig1=(\"content-digest\" \"Content-Type\")")]
    [InlineData("sig1=(\"content-digest\" \"x-missing\";req)")]
    [InlineData("sig1=(\"content-digest\" \"date\")")]
    [InlineData("sig1=(\"content-digest\";sf)")]
    [InlineData("sig1=(\"content-digest\");alg=\"rsa-pss-sha512\"")]
    [InlineData("sig1=(\"content-digest\");keyid=\"another\"")]
    [InlineData("sig1=(\"content-digest\");nonce=1")]
    [InlineData("sig1=(\"content-digest\");nonce=\"\"")]
    [InlineData("sig1=(\"content-digest\");created=1")]
    [InlineData("sig1=(\"content-digest\");unheard-of")]
    public async Task What_cannot_be_done_is_refused_before_anything_is_done(string asked)
    {
        var license = await api.LicenseAsync();
        var request = new HttpRequestMessage(HttpMethod.Post, "/activate") { Content = JsonContent.Create(new { license_key = license.Key, domain = "a.example" }) };

        var answer = await SendAsync(request, asked);

        Assert.Equal((400, "application/problem+json"), (answer.Status, answer.Header("Content-Type")));
        Assert.Null(answer.Header("Signature"));
        Assert.Equal("invalid_domain", (await api.Host.GetDomainAsync("/verify", license.Key, "a.example")).Error);
    }

    [Fact]
    public async Task Of_several_the_first_that_can_be_made_is_made()
    {
        var answer = await GetAsync("/verify?license_key=x&domain=a.example", """a=("content-digest");alg="ed25519", b=("content-digest"), c=("content-digest")""");

        Assert.StartsWith("b=(", answer.Header("Signature-Input"), StringComparison.Ordinal);
        Assert.DoesNotContain("c=", answer.Header("Signature"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_digest_of_the_request_that_is_wrong_is_never_signed()
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/activate") { Content = JsonContent.Create(new { license_key = "x", domain = "a.example" }) };
        request.Content.Headers.Add("Content-Digest", "sha-256=:AAAA:");

        Assert.Equal(400, (await SendAsync(request, "sig1=" + OfPost)).Status);
    }

    [Fact]
    public async Task When_nothing_can_be_signed_nothing_is_changed_and_the_retry_answers_as_the_first_would_have()
    {
        await using var vault = await FakeVault.StartAsync();
        await using var host = await ApiHost.StartAsync(signer: vault.CreateSigner());
        var license = await host.LicenseAsync();
        await host.PostDomainAsync("/activate", license.Key, "a.example");
        await host.Keys.GlobalAsync(CancellationToken.None);

        vault.Fail(times: 1, status: 429, retryAfterSeconds: 7);
        var refused = await DeactivateAsync();
        var signings = vault.Signings;
        var retried = await DeactivateAsync();

        Assert.Equal((503, "7", "application/problem+json"), (refused.Status, refused.Header("Retry-After"), refused.Header("Content-Type")));
        Assert.Equal("*", refused.Header("Access-Control-Allow-Origin"));
        Assert.Equal(200, retried.Status);
        Assert.Equal(signings + 1, vault.Signings);

        Task<Exchange> DeactivateAsync() => Exchange.SendAsync(host.Http, Asking(
            new(HttpMethod.Post, "/deactivate") { Content = JsonContent.Create(new { license_key = license.Key, domain = "a.example" }) },
            """sig1=("@status" "content-digest");nonce="n" """));
    }

    [Fact]
    public async Task Answers_without_a_nonce_share_a_signature_and_those_with_one_leave_none_behind()
    {
        await using var host = await ApiHost.StartAsync(time: new ManualTimeProvider());
        var signatures = host.Services.GetRequiredService<SignatureCache>();

        for (var i = 0; i < 3; i++)
            await AskAsync("""sig1=("content-digest")""");
        Assert.Equal((1, 2), (signatures.Made, signatures.Reused));
        for (var i = 0; i < 3; i++)
            Assert.Equal(404, (await AskAsync($"""sig1=("content-digest");nonce="{i}" """)).Status);
        Assert.Equal(1, signatures.Made);

        Task<Exchange> AskAsync(string asked) => Exchange.SendAsync(host.Http, Asking(new(HttpMethod.Get, "/verify?license_key=x&domain=a.example"), asked));
    }

    [Fact]
    public async Task Answers_over_a_limit_are_not_signed_and_unknown_keys_cannot_spend_signatures_without_end()
    {
        await using var host = await ApiHost.StartAsync(settings: [("RateLimits:DomainVerifyPerMinute", "2"), ("RateLimits:NoncePerMinute", "3")]);
        var license = await host.LicenseAsync();

        Assert.Equal("200 200 429 404 404 429", await StatusesAsync(license.Key, license.Key, license.Key, "unknown", "unknown", "unknown"));
        host.Address = System.Net.IPAddress.Parse("192.0.2.9");
        Assert.Equal("404 429", await StatusesAsync("unknown", "unknown")); // three for all addresses together

        async Task<string> StatusesAsync(params string[] keys)
        {
            var statuses = new List<int>();
            foreach (var key in keys)
                statuses.Add(await StatusAsync(key));
            return string.Join(' ', statuses);
        }

        async Task<int> StatusAsync(string key)
        {
            var answer = await Exchange.SendAsync(host.Http, Asking(new(HttpMethod.Get, $"/verify?license_key={key}&domain=a.example"), """s=("content-digest");nonce="n" """));
            Assert.Equal(answer.Status != 429, answer.Header("Signature") is not null);
            return answer.Status;
        }
    }

    private Task<Exchange> GetAsync(string path, string asked = $"""sig1={Covered};created;nonce="n-0815" """) => SendAsync(new(HttpMethod.Get, path), asked);

    private Task<Exchange> PostAsync(string path, string key, string domain)
    {
        var body = $$"""{"license_key":"{{key}}","domain":"{{domain}}"}""";
        var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Content.Headers.Add("Content-Digest", $"sha-256=:{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(body)))}:");
        return SendAsync(request, $"""sig1={OfPost};created;nonce="n-0815" """);
    }

    private async Task<Exchange> SendAsync(HttpRequestMessage request, string asked) => await Exchange.SendAsync(
        _http, Asking(request, asked.Replace("KEY", (await api.Host.Keys.GlobalAsync(CancellationToken.None)).KeyId, StringComparison.Ordinal)));

    private static HttpRequestMessage Asking(HttpRequestMessage request, string asked)
    {
        request.Headers.TryAddWithoutValidation("Accept-Signature", asked);
        return request;
    }
}
