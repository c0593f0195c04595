using System.Text.Json;
using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.SignedApi;

/// <summary>License keys and identifiers are free text.</summary>
public sealed class OddTextTests(SharedApi api) : IClassFixture<SharedApi>
{
    public static TheoryData<string> Texts =>
    [
        "/", "a/b/../c", "a#b", "a?b=c&d", "a\\b", "a b  c", "%2f", "%", "+", "a\u0000b", "a\u0001\u001f\u007fb", "a\u0080\u0085b", "\"quoted\"", "'; drop table", "{}", "[]",
        "ключ-лицензии", "许可证密钥", "رخصة", "लाइसेंस", "🔑-😀-👩‍👩‍👧", "e\u0301 é", "ﬁ İ ı ß ẞ", "\ufffd\uffff\ufeff", "null", "true", "0", "-1", "1e3",
    ];

    [Theory]
    [MemberData(nameof(Texts))]
    public async Task A_license_key_and_an_identifier_may_be_any_text(string text)
    {
        var key = $"K{text}K {Guid.NewGuid()}";
        await PostAsync("create-license-keys", new { product_id = api.Own.Id, license_keys = new[] { key }, status = "assigned", activation_limit = 1 });

        var activated = await PostAsync("activate", new { license_key = key, identifier = $"I{text}" });
        var verified = await api.Host.PostAsync("/api/v1/verify", ("license_key", key), ("identifier", $"I{text}"));
        var details = await PostAsync("get-license-key-details", new { license_key = key });
        var status = await api.Host.GetDomainAsync("/status", key);
        var deleted = await PostAsync("delete-license-key", new { license_key = key });

        activated.ShouldBe(300, "License key activated", SharedApi.OwnKey);
        verified.ShouldBe(200, "Valid license key", SharedApi.OwnKey);
        Assert.Equal(key, details.Response.GetProperty("licenseKey").GetProperty("license_key").GetString());
        Assert.Equal(key, status.Body.GetProperty("license").GetProperty("key").GetString());
        Assert.Equal($"I{text}", status.Body.GetProperty("license").GetProperty("domain").GetProperty("domain").GetString());
        deleted.ShouldBe(850, "License key deleted", SharedApi.OwnKey);
    }

    [Fact]
    public async Task Keys_that_differ_in_case_or_composition_are_different_keys()
    {
        var license = await api.LicenseAsync(draft => draft with { Key = "Key-é" });

        var upper = await api.Host.PostAsync("/api/v1/verify", ("license_key", license.Key.ToUpperInvariant()), ("identifier", "x"));
        var decomposed = await api.Host.PostAsync("/api/v1/verify", ("license_key", "Key-e\u0301"), ("identifier", "x"));

        upper.ShouldBe(210, "Invalid license key");
        decomposed.ShouldBe(210, "Invalid license key");
    }

    [Theory]
    [InlineData("x", 1024)]
    [InlineData("日", 1024)]
    [InlineData("😀", 512)]
    public async Task An_identifier_has_up_to_1024_characters(string character, int times)
    {
        var license = await api.LicenseAsync();
        var longest = string.Concat(Enumerable.Repeat(character, times));
        var before = await api.Host.BusinessRowsAsync();

        var tooLong = await api.CallAsync("activate", license, ("identifier", longest + "y"));
        var after = await api.Host.BusinessRowsAsync();
        var fits = await api.CallAsync("activate", license, ("identifier", longest));

        tooLong.ShouldBeProblem(400);
        Assert.Equal(before, after);
        fits.ShouldBe(300, "License key activated", SharedApi.OwnKey);
        (await api.CallAsync("verify", license, ("identifier", longest))).ShouldBe(200, "Valid license key", SharedApi.OwnKey);
    }

    [Theory]
    [InlineData(1025)]
    [InlineData(60_000)]
    public async Task A_license_key_that_is_too_long_to_exist_is_unknown(int length)
    {
        var answer = await api.Host.PostAsync("/api/v1/verify", ("license_key", new string('k', length)), ("identifier", "x"));

        answer.ShouldBe(210, "Invalid license key");
    }

    [Theory]
    [InlineData("license_key", "[\"KEY\"]", 210)]
    [InlineData("license_key", "{\"a\":\"KEY\"}", 210)]
    [InlineData("license_key", "null", 210)]
    [InlineData("license_key", "\"\"", 210)]
    [InlineData("identifier", "null", 215)]
    [InlineData("identifier", "\" \"", 215)]
    public async Task What_is_no_text_is_as_good_as_missing(string field, string json, int code)
    {
        var license = await api.LicenseAsync();
        var before = await api.Host.BusinessRowsAsync();

        var answer = await api.Host.PostJsonAsync("/api/v1/activate", $$"""{"license_key":"{{license.Key}}","identifier":"x","{{field}}":{{json}}}""");

        Assert.Equal($"{code}", answer.Code);
        Assert.Equal(before, await api.Host.BusinessRowsAsync());
    }

    [Theory]
    [InlineData("[\"x\"]")]
    [InlineData("{}")]
    public async Task An_identifier_that_is_a_list_or_an_object_is_a_bad_request(string json)
    {
        var license = await api.LicenseAsync();
        var before = await api.Host.AllRowsAsync();

        foreach (var endpoint in new[] { "activate", "verify", "deactivate", "get-license-key-details", "assign-and-activate-license-key" })
            (await api.Host.PostJsonAsync($"/api/v1/{endpoint}", $$"""{"license_key":"{{license.Key}}","hardware_id":{{json}}}""")).ShouldBeProblem(400);

        Assert.Equal(before, await api.Host.AllRowsAsync());
    }

    private Task<SignedReply> PostAsync<T>(string endpoint, T fields) => api.Host.PostJsonAsync($"/api/v1/{endpoint}", JsonSerializer.Serialize(fields));
}
