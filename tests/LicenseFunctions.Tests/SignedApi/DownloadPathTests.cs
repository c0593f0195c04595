using LicenseFunctions.SignedApi;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace LicenseFunctions.Tests.SignedApi;

public sealed class DownloadPathTests
{
    [Theory]
    [InlineData("LIC-1", "a.example")]
    [InlineData("100%2F%", "x/y?>~")]
    [InlineData("A/B%252F C?#ü\\+", "Büro")]
    public void An_address_is_read_as_it_was_written_whatever_the_texts_hold(string licenseKey, string identifier)
    {
        var address = new Uri(DownloadPath.Address(Request(""), "dl_x", licenseKey, identifier, 102));

        var path = DownloadPath.Read(Request(address.PathAndQuery + "?x=/y"));

        Assert.Equal(new("dl_x", licenseKey, identifier, 102), path);
    }

    [Theory]
    [InlineData("YS5leGFtcGxl", "a.example")]
    [InlineData("eD4_fg", "x>?~")]
    [InlineData("eD4/fg==", "x>?~")]
    [InlineData("_w", null)]
    [InlineData("!", null)]
    [InlineData("IA==", null)]
    public void An_identifier_is_base64_of_either_alphabet_or_none(string base64, string? identifier)
    {
        Assert.Equal(identifier, DownloadPath.Read(Request($"/v1/download/k/l/{Uri.EscapeDataString(base64)}/1")).Identifier);
    }

    [Fact]
    public void Where_the_server_does_not_say_what_was_sent_the_route_says_it()
    {
        var request = Request("");
        foreach (var (name, value) in new[] { ("api_key", "k"), ("license_key", "A%2fB"), ("base64_identifier", "YQ=="), ("numeric_version", "7") })
            request.RouteValues[name] = value;

        Assert.Equal(new("k", "A/B", "a", 7), DownloadPath.Read(request));
    }

    private static HttpRequest Request(string rawTarget)
    {
        var context = new DefaultHttpContext();
        context.Features.Get<IHttpRequestFeature>()!.RawTarget = rawTarget;
        (context.Request.Scheme, context.Request.Host) = ("https", new("licenses.local"));
        return context.Request;
    }
}
