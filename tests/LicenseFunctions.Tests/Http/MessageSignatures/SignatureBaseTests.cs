using LicenseFunctions.Http.MessageSignatures;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace LicenseFunctions.Tests.Http.MessageSignatures;

/// <summary>The examples of RFC 9421, as far as they are of what is served here.</summary>
public sealed class SignatureBaseTests
{
    /// <summary>Section 2.4, the response whose signature covers parts of its request.</summary>
    [Fact]
    public void A_response_that_is_bound_to_its_request()
    {
        var request = Request("POST", "https", "origin.host.internal.example", "/foo?param=Value&Pet=dog");
        request.Headers["Content-Digest"] = "sha-512=:WZDPaVn/7XgHaAy8pmojAkGWoRx2UFChF41A2svX+TaPm+AbwAgBWnrIiYllu7BNNyealdVLvRwEmTHWXvJwew==:";
        (Component, string) Of(string name) => (new(name, true), RequestComponents.Find(request, name)!);

        var text = Component.SignatureBase(
            [
                (new("@status", false), "503"),
                (new("content-digest", false), "sha-512=:0Y6iCBzGg5rZtoXS95Ijz03mslf6KAMCloESHObfwnHJDbkkWWQz6PhhU9kxsTbARtY2PTBOzq24uJFpHsMuAg==:"),
                (new("content-type", false), "application/json"),
                Of("@authority"), Of("@method"), Of("@path"), Of("content-digest"),
            ],
            """("@status" "content-digest" "content-type" "@authority";req "@method";req "@path";req "content-digest";req);created=1618884479;keyid="test-key-ecc-p256" """.Trim());

        Assert.Equal(
            """
            "@status": 503
            "content-digest": sha-512=:0Y6iCBzGg5rZtoXS95Ijz03mslf6KAMCloESHObfwnHJDbkkWWQz6PhhU9kxsTbARtY2PTBOzq24uJFpHsMuAg==:
            "content-type": application/json
            "@authority";req: origin.host.internal.example
            "@method";req: POST
            "@path";req: /foo
            "content-digest";req: sha-512=:WZDPaVn/7XgHaAy8pmojAkGWoRx2UFChF41A2svX+TaPm+AbwAgBWnrIiYllu7BNNyealdVLvRwEmTHWXvJwew==:
            "@signature-params": ("@status" "content-digest" "content-type" "@authority";req "@method";req "@path";req "content-digest";req);created=1618884479;keyid="test-key-ecc-p256"
            """.ReplaceLineEndings("\n"),
            text);
        Assert.True(RequestComponents.IsTrue(request, "content-digest", "{\"hello\": \"world\"}"u8.ToArray()));
        Assert.False(RequestComponents.IsTrue(request, "content-digest", "{\"hello\": \"World\"}"u8.ToArray()));
    }

    /// <summary>Section 2.2, derived components.</summary>
    [Theory]
    [InlineData("POST", "/path?param=value", "@method", "POST")]
    [InlineData("POST", "/path?param=value", "@target-uri", "https://www.example.com/path?param=value")]
    [InlineData("POST", "/path?param=value", "@authority", "www.example.com")]
    [InlineData("POST", "/path?param=value", "@scheme", "https")]
    [InlineData("POST", "/path?param=value", "@request-target", "/path?param=value")]
    [InlineData("POST", "/path?param=value", "@path", "/path")]
    [InlineData("POST", "/path?param=value&foo=bar&baz=bat%2Dman", "@query", "?param=value&foo=bar&baz=bat%2Dman")]
    [InlineData("POST", "/path?queryString", "@query", "?queryString")]
    [InlineData("POST", "/path", "@query", "?")]
    [InlineData("GET", "/", "@path", "/")]
    [InlineData("GET", "/", "@status", null)]
    [InlineData("GET", "/", "@query-param", null)]
    [InlineData("GET", "/", "x-missing", null)]
    public void Derived_components(string method, string target, string name, string? value) =>
        Assert.Equal(value, RequestComponents.Find(Request(method, "https", "WWW.Example.com:443", target), name));

    /// <summary>Section 2.1, fields: lines joined, white space around each dropped, an empty one kept.</summary>
    [Fact]
    public void Fields()
    {
        var request = Request("GET", "http", "www.example.com:8080", "/");
        request.Headers["X-OWS-Header"] = "   Leading and trailing whitespace.   ";
        request.Headers.CacheControl = new(["max-age=60", "   must-revalidate"]);
        request.Headers["X-Empty-Header"] = "";

        Assert.Equal("Leading and trailing whitespace.", RequestComponents.Find(request, "x-ows-header"));
        Assert.Equal("max-age=60, must-revalidate", RequestComponents.Find(request, "cache-control"));
        Assert.Equal("", RequestComponents.Find(request, "x-empty-header"));
        Assert.Equal("www.example.com:8080", RequestComponents.Find(request, "@authority"));
    }

    /// <summary>Section 5.1.</summary>
    [Fact]
    public void A_request_for_a_signature()
    {
        var request = Request("GET", "https", "www.example.com", "/");
        request.Headers["Accept-Signature"] =
            """sig1=("@method" "@target-uri" "@authority" "content-digest" "cache-control");keyid="test-key-rsa-pss";created;tag="app-123" """;

        var (wanted, flaw) = Assert.Single(SignatureRequest.Read(request));

        Assert.Null(flaw);
        Assert.Equal(("sig1", "test-key-rsa-pss", "app-123", null), (wanted!.Label, wanted.KeyId, wanted.Tag, wanted.Nonce));
        Assert.Equal(["@method", "@target-uri", "@authority", "content-digest", "cache-control"], wanted.Components.Select(each => each.Name));
    }

    private static HttpRequest Request(string method, string scheme, string host, string target)
    {
        var context = new DefaultHttpContext();
        context.Features.Get<IHttpRequestFeature>()!.RawTarget = target;
        (context.Request.Method, context.Request.Scheme, context.Request.Host) = (method, scheme, new HostString(host));
        return context.Request;
    }
}
