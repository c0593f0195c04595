using System.Net;
using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.DomainApi;

public sealed class RateLimitTests
{
    private const string TooMany = """{"success":false,"error":"rate_limit_exceeded","message":"Too many requests. Please try again later."}""";

    private readonly ManualTimeProvider _clock = new();

    [Theory]
    [InlineData("activate", 30)]
    [InlineData("verify", 120)]
    [InlineData("deactivate", 30)]
    [InlineData("status", 60)]
    public async Task The_first_request_over_the_limit_of_a_minute_is_429(string endpoint, int limit)
    {
        await using var host = await ApiHost.StartAsync(time: _clock);
        var license = await host.LicenseAsync();
        for (var i = 0; i < limit; i++)
        {
            var admitted = await CallAsync(host, endpoint, license.Key);
            Assert.NotEqual(429, admitted.Status);
            Assert.Equal(($"{limit}", $"{limit - i - 1}"), (admitted.Header("X-RateLimit-Limit"), admitted.Header("X-RateLimit-Remaining")));
            _clock.Advance(TimeSpan.FromMilliseconds(100));
        }

        var answer = await CallAsync(host, endpoint, license.Key);

        answer.ShouldBe(429, TooMany);
        var wait = 60 - (limit / 10);
        Assert.Equal(
            ($"{limit}", "0", $"{wait}"), (answer.Header("X-RateLimit-Limit"), answer.Header("X-RateLimit-Remaining"), answer.Header("Retry-After")));
        Assert.Equal("*", answer.Header("Access-Control-Allow-Origin"));
        _clock.Advance(TimeSpan.FromSeconds(wait));
        Assert.NotEqual(429, (await CallAsync(host, endpoint, license.Key)).Status);
        Assert.Equal(429, (await CallAsync(host, endpoint, license.Key)).Status);
    }

    [Fact]
    public async Task A_refused_deactivation_frees_nothing_until_the_window_does()
    {
        await using var host = await ApiHost.StartAsync(time: _clock);
        var license = await host.LicenseAsync(draft => draft with { ActivationLimit = 1 });
        await CallAsync(host, "activate", license.Key);
        for (var i = 0; i < 30; i++)
            await host.PostDomainAsync("/deactivate", license.Key, "never.example");
        var refused = await CallAsync(host, "deactivate", license.Key);
        var verified = await CallAsync(host, "verify", license.Key);
        _clock.Advance(TimeSpan.FromMinutes(1));

        var served = await CallAsync(host, "deactivate", license.Key);

        refused.ShouldBe(429, TooMany);
        Assert.True(verified.Body.GetProperty("valid").GetBoolean());
        Assert.Equal(200, served.Status);
    }

    [Fact]
    public async Task Each_endpoint_and_each_license_has_a_window_of_its_own_shared_by_the_alias()
    {
        await using var host = await ApiHost.StartAsync(time: _clock, settings: ("RateLimits:DomainStatusPerMinute", "2"));
        var (license, other) = (await host.LicenseAsync(), await host.LicenseAsync());
        await CallAsync(host, "status", license.Key);
        await CallAsync(host, "api/license/status", license.Key);

        Assert.Equal(429, (await CallAsync(host, "api/license/status", license.Key)).Status);
        Assert.Equal(429, (await CallAsync(host, "status", license.Key)).Status);
        Assert.Equal(200, (await CallAsync(host, "status", other.Key)).Status);
        Assert.Equal(200, (await CallAsync(host, "activate", license.Key)).Status);
    }

    [Fact]
    public async Task The_signed_API_does_not_use_up_the_domain_APIs_limits()
    {
        await using var host = await ApiHost.StartAsync(time: _clock, settings: [("RateLimits:DomainVerifyPerMinute", "1"), ("RateLimits:LicensePerMinute", "2")]);
        var license = await host.LicenseAsync();
        for (var i = 0; i < 3; i++)
            await host.PostAsync("/api/v1/verify", ("license_key", license.Key), ("identifier", "a.example"));

        var answer = await CallAsync(host, "verify", license.Key);

        Assert.Equal(200, answer.Status);
    }

    [Theory]
    [InlineData("activate")]
    [InlineData("verify")]
    [InlineData("deactivate")]
    [InlineData("status")]
    public async Task Limits_of_0_are_off(string endpoint)
    {
        await using var host = await ApiHost.StartAsync(time: _clock, settings: ($"RateLimits:Domain{char.ToUpperInvariant(endpoint[0])}{endpoint[1..]}PerMinute", "0"));
        var license = await host.LicenseAsync();
        for (var i = 0; i < 130; i++)
            await CallAsync(host, endpoint, license.Key);

        var answer = await CallAsync(host, endpoint, license.Key);

        Assert.NotEqual(429, answer.Status);
        Assert.False(answer.Http.Headers.Contains("X-RateLimit-Limit"));
    }

    [Theory]
    [InlineData("activate")]
    [InlineData("verify")]
    [InlineData("deactivate")]
    [InlineData("status")]
    public async Task Unknown_keys_make_no_rows_and_are_limited_for_their_address(string endpoint)
    {
        await using var host = await ApiHost.StartAsync(time: _clock, settings: ($"RateLimits:Domain{char.ToUpperInvariant(endpoint[0])}{endpoint[1..]}PerMinute", "3"));
        var before = await host.AllRowsAsync();
        var answers = new List<DomainReply>();
        for (var i = 0; i < 4; i++)
            answers.Add(await CallAsync(host, endpoint, $"guess-{i}"));
        host.Address = IPAddress.Parse("198.51.100.1");

        var elsewhere = await CallAsync(host, endpoint, "guess");

        Assert.Equal([404, 404, 404, 429], answers.Select(answer => answer.Status));
        Assert.Equal(["2", "1", "0", "0"], answers.Select(answer => answer.Header("X-RateLimit-Remaining")));
        answers[3].ShouldBe(429, TooMany);
        Assert.Equal(404, elsewhere.Status);
        Assert.Equal(before, await host.AllRowsAsync());
    }

    private static Task<DomainReply> CallAsync(ApiHost host, string endpoint, string key) =>
        endpoint.EndsWith("activate", StringComparison.Ordinal)
            ? host.PostDomainAsync($"/{endpoint}", key, "a.example")
            : host.GetDomainAsync($"/{endpoint}", key, "a.example");
}
