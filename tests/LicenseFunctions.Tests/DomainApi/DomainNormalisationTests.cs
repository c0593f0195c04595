using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.DomainApi;

public sealed class DomainNormalisationTests(SharedApi api) : IClassFixture<SharedApi>
{
    [Theory]
    [InlineData("example.com", "example.com")]
    [InlineData("https://EXAMPLE.com:8080/path", "example.com")]
    [InlineData("HTTP://Example.COM", "example.com")]
    [InlineData("ftp://example.com/", "example.com")]
    [InlineData("//example.com/x", "example.com")]
    [InlineData("example.com/", "example.com")]
    [InlineData("example.com.", "example.com")]
    [InlineData("example.com./", "example.com")]
    [InlineData("example.com:443", "example.com")]
    [InlineData("example.com:", "example.com")]
    [InlineData("example.com?a=b", "example.com")]
    [InlineData("example.com#top", "example.com")]
    [InlineData("example.com/path?a=https://other.example/@x", "example.com")]
    [InlineData("user@example.com", "example.com")]
    [InlineData("https://user:p%40ss@example.com:8443/x", "example.com")]
    [InlineData("https://user:a@b@example.com", "example.com")]
    [InlineData("  example.com\t", "example.com")]
    [InlineData("localhost", "localhost")]
    [InlineData("localhost:3000", "localhost")]
    [InlineData("sub.domain.example.co.uk", "sub.domain.example.co.uk")]
    [InlineData("www.example.com", "www.example.com")]
    [InlineData("my_site.example", "my_site.example")]
    [InlineData("xn--bcher-kva.example", "xn--bcher-kva.example")]
    [InlineData("XN--BCHER-KVA.example", "xn--bcher-kva.example")]
    [InlineData("192.0.2.7", "192.0.2.7")]
    [InlineData("http://192.0.2.7:81/", "192.0.2.7")]
    [InlineData("[2001:DB8::1]", "2001:db8::1")]
    [InlineData("http://[2001:db8:0:0::1]:8080/x", "2001:db8::1")]
    [InlineData("2001:db8::1", "2001:db8::1")]
    public async Task What_is_not_the_host_is_dropped(string sent, string stored) => await StoredAsAsync(sent, stored);

    /// <summary>RFC 3492 and the test domains of IANA, in their published forms.</summary>
    [Theory]
    [InlineData("bücher.example", "xn--bcher-kva.example")]
    [InlineData("BÜCHER.example", "xn--bcher-kva.example")]
    [InlineData("https://Bücher.example:8080/ü?ü", "xn--bcher-kva.example")]
    [InlineData("münchen.de", "xn--mnchen-3ya.de")]
    [InlineData("straße.de", "xn--strae-oqa.de")]
    [InlineData("пример.испытание", "xn--e1afmkfd.xn--80akhbyknj4f")]
    [InlineData("ПРИМЕР.ИСПЫТАНИЕ", "xn--e1afmkfd.xn--80akhbyknj4f")]
    [InlineData("例え.テスト", "xn--r8jz45g.xn--zckzah")]
    [InlineData("例え。テスト", "xn--r8jz45g.xn--zckzah")]
    [InlineData("例子.测试", "xn--fsqu00a.xn--0zwm56d")]
    [InlineData("παράδειγμα.δοκιμή", "xn--hxajbheg2az3al.xn--jxalpdlp")]
    [InlineData("실례.테스트", "xn--9n2bp8q.xn--9t4b11yi5a")]
    [InlineData("उदाहरण.परीक्षा", "xn--p1b6ci4b4b3a.xn--11b5bs3a9aj6g")]
    [InlineData("مثال.إختبار", "xn--mgbh0fb.xn--kgbechtv")]
    [InlineData("☃.net", "xn--n3h.net")]
    [InlineData("😀.example", "xn--e28h.example")]
    public async Task An_internationalised_name_takes_its_ASCII_form(string sent, string stored) => await StoredAsAsync(sent, stored);

    [Theory]
    [InlineData("https://")]
    [InlineData("://example.com")]
    [InlineData("/path")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData(".example.com")]
    [InlineData("example..com")]
    [InlineData("example.com..")]
    [InlineData("-example.com")]
    [InlineData("example-.com")]
    [InlineData("exa mple.com")]
    [InlineData("exa\u0000mple.com")]
    [InlineData("example.com\u0001")]
    [InlineData("ex*mple.com")]
    [InlineData("<script>.com")]
    [InlineData("example.com:port")]
    [InlineData("javascript:alert(1)")]
    [InlineData("[2001:db8::1")]
    [InlineData("[not-an-address]")]
    [InlineData("2001:db8:::1")]
    [InlineData("fe80::1%eth0")]
    [InlineData("a,b.example")]
    [InlineData("example.com%20")]
    public async Task What_is_not_a_host_name_after_that_is_a_validation_error(string sent)
    {
        var license = await api.LicenseAsync();
        var before = await api.Host.BusinessRowsAsync();
        api.Clock.Advance(TimeSpan.FromMinutes(2));

        var answer = await api.Host.PostDomainAsync("/activate", license.Key, sent);

        answer.ShouldBe(422,
            """{"success":false,"error":"validation_error","message":"The domain field must be a valid domain.","errors":{"domain":["The domain field must be a valid domain."]}}""");
        Assert.Equal(before, await api.Host.BusinessRowsAsync());
    }

    [Theory]
    [InlineData(63, 200)]
    [InlineData(64, 422)]
    public async Task A_label_has_at_most_63_characters(int length, int status)
    {
        var license = await api.LicenseAsync();

        var answer = await api.Host.PostDomainAsync("/activate", license.Key, new string('a', length) + ".example");

        Assert.Equal(status, answer.Status);
    }

    [Theory]
    [InlineData(253, 200)]
    [InlineData(254, 422)]
    public async Task A_name_has_at_most_253_characters(int length, int status)
    {
        var license = await api.LicenseAsync();
        var labels = string.Concat(Enumerable.Repeat("abcdefghi.", 26));

        var answer = await api.Host.PostDomainAsync("/activate", license.Key, labels[..(length - 2)].TrimEnd('.') + "xx");

        Assert.Equal(status, answer.Status);
    }

    /// <summary>Activated in one spelling it is verified in the other, by either API.</summary>
    private async Task StoredAsAsync(string sent, string stored)
    {
        var license = await api.LicenseAsync();
        var answer = await api.Host.PostDomainAsync("/activate", license.Key, sent);
        Assert.Equal(200, answer.Status);
        Assert.Equal(stored, answer.Body.GetProperty("domain").GetString());
        (await api.Host.GetDomainAsync("/verify", license.Key, sent)).ShouldBe(200, """{"valid":true,"license":{"expires_at":null}}""");
        (await api.CallAsync("verify", license, ("identifier", stored))).ShouldBe(200, "Valid license key", SharedApi.OwnKey);
        Assert.Contains($"\"domain\":{{\"domain\":\"{stored}\"", (await api.Host.GetDomainAsync("/status", license.Key)).Text, StringComparison.Ordinal);
    }
}
