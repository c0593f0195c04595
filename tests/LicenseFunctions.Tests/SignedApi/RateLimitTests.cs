using LicenseFunctions.Licensing;
using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.SignedApi;

public sealed class RateLimitTests
{
    private readonly ManualTimeProvider _clock = new();

    [Fact]
    public async Task The_request_over_a_license_keys_limit_is_429_with_all_its_figures()
    {
        await using var host = await StartAsync(("RateLimits:LicensePerMinute", "3"));
        var license = await host.LicenseAsync();
        for (var i = 0; i < 3; i++)
        {
            await VerifyAsync(host, license);
            _clock.Advance(TimeSpan.FromSeconds(10));
        }

        var answer = await VerifyAsync(host, license);

        answer.ShouldSay("global", $"\"code\":150,\"message\":\"Too many requests\",\"retry_after\":30,\"timestamp\":{_clock.GetUtcNow().ToUnixTimeSeconds()}", 429);
        Assert.Equal("response response_base64 private_key_used retry_after signature", answer.Body.Names());
        Assert.Equal(30, answer.Body.GetProperty("retry_after").GetInt32());
        Assert.Equal(("30", "3", "0"), Figures(answer));
    }

    [Fact]
    public async Task After_the_seconds_to_wait_and_not_before_it_is_served_again()
    {
        await using var host = await StartAsync(("RateLimits:LicensePerMinute", "2"));
        var license = await host.LicenseAsync();
        await VerifyAsync(host, license);
        _clock.Advance(TimeSpan.FromMilliseconds(20_500));
        await VerifyAsync(host, license);
        var refused = await VerifyAsync(host, license);
        _clock.Advance(TimeSpan.FromMilliseconds(39_499));
        var early = await VerifyAsync(host, license);
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        var served = await VerifyAsync(host, license);

        var refusedAgain = await VerifyAsync(host, license);

        Assert.Equal(40, refused.Body.GetProperty("retry_after").GetInt32());
        Assert.Equal((429, 1), (early.Status, early.Body.GetProperty("retry_after").GetInt32()));
        Assert.Equal(200, served.Status);
        Assert.Equal((429, 21), (refusedAgain.Status, refusedAgain.Body.GetProperty("retry_after").GetInt32()));
    }

    [Fact]
    public async Task All_endpoints_about_a_license_share_its_limit_and_other_licenses_have_their_own()
    {
        await using var host = await StartAsync(("RateLimits:LicensePerMinute", "3"));
        var (license, other) = (await host.LicenseAsync(), await host.LicenseAsync());
        foreach (var endpoint in new[] { "activate", "get-license-key-details", "update-license-key" })
            await CallAsync(host, endpoint, license);
        var before = await host.BusinessRowsAsync();

        var refused = await CallAsync(host, "deactivate", license);
        var after = await host.BusinessRowsAsync();
        var served = await CallAsync(host, "activate", other);

        refused.ShouldBe(150, "Too many requests", status: 429);
        served.ShouldBe(300, "License key activated");
        Assert.Equal(before, after);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(1000)]
    [InlineData(1200)]
    public async Task The_request_over_an_API_keys_limit_is_429_and_a_minute_later_it_is_served(int limit)
    {
        await using var host = await StartAsync(("RateLimits:SignedPerMinute", $"{limit}"));
        var statuses = new List<int>();
        for (var i = 0; i <= limit; i++)
            statuses.Add((await host.SendAsync(new(HttpMethod.Post, "/api/v1/delete-product"), host.ApiKey)).Status);
        var refused = await host.SendAsync(new(HttpMethod.Post, "/api/v1/delete-product"), host.ApiKey);
        _clock.Advance(TimeSpan.FromSeconds(62));

        var served = await host.SendAsync(new(HttpMethod.Post, "/api/v1/delete-product"), host.ApiKey);

        Assert.Equal(limit, statuses.Count(status => status == 200));
        refused.ShouldBe(150, "Too many requests", status: 429);
        var (retryAfter, shown, remaining) = Figures(refused);
        Assert.Equal(($"{limit}", "0"), (shown, remaining));
        Assert.InRange(int.Parse(retryAfter, null), 1, 62);
        Assert.Equal(200, served.Status);
    }

    [Fact]
    public async Task Another_API_key_has_a_limit_of_its_own()
    {
        await using var host = await StartAsync(("RateLimits:SignedPerMinute", "1"));
        var other = await host.NewApiKeyAsync(ApiKey.AllCapabilities);
        await host.GetAsync("/api/v1/get-all-products");

        var refused = await host.GetAsync("/api/v1/get-all-products");
        var served = await host.SendAsync(new(HttpMethod.Get, "/api/v1/get-all-products"), other);

        Assert.Equal((429, 200), (refused.Status, served.Status));
    }

    [Fact]
    public async Task What_the_API_key_is_refused_for_does_not_count_against_the_license()
    {
        await using var host = await StartAsync(("RateLimits:LicensePerMinute", "2"), ("RateLimits:SignedPerMinute", "100"));
        var license = await host.LicenseAsync();
        var weak = await host.NewApiKeyAsync("get-all-products");
        for (var i = 0; i < 5; i++)
        {
            var request = RawRequests.Post($"/api/v1/verify?license_key={license.Key}&identifier=x", [], null);
            Assert.Equal(401, (await host.SendAsync(request, weak)).Status);
        }

        var answer = await VerifyAsync(host, license);

        Assert.Equal(200, answer.Status);
    }

    [Fact]
    public async Task A_refused_API_key_is_told_so_although_the_license_is_over_its_limit()
    {
        await using var host = await StartAsync(("RateLimits:LicensePerMinute", "1"));
        var license = await host.LicenseAsync();
        await VerifyAsync(host, license);
        await VerifyAsync(host, license);

        var answer = await host.SendAsync(RawRequests.Post($"/api/v1/verify?license_key={license.Key}&identifier=x", [], null), "unknown");

        answer.ShouldBe(100, "Invalid API Key", status: 401);
    }

    [Fact]
    public async Task Limits_of_0_are_off()
    {
        await using var host = await StartAsync(("RateLimits:LicensePerMinute", "0"), ("RateLimits:SignedPerMinute", "0"));
        var license = await host.LicenseAsync();
        for (var i = 0; i < 130; i++)
            await VerifyAsync(host, license);

        var answer = await VerifyAsync(host, license);

        Assert.Equal(200, answer.Status);
        Assert.DoesNotContain(await host.AllRowsAsync(), row => row.StartsWith("limits ", StringComparison.Ordinal));
    }

    private Task<ApiHost> StartAsync(params (string, string)[] settings) => ApiHost.StartAsync(time: _clock, settings: settings);

    private static (string RetryAfter, string Limit, string Remaining) Figures(SignedReply answer) =>
        (Assert.Single(answer.Http.Headers.GetValues("Retry-After")), Assert.Single(answer.Http.Headers.GetValues("X-RateLimit-Limit")),
            Assert.Single(answer.Http.Headers.GetValues("X-RateLimit-Remaining")));

    private static Task<SignedReply> VerifyAsync(ApiHost host, License license) => CallAsync(host, "verify", license);

    private static Task<SignedReply> CallAsync(ApiHost host, string endpoint, License license) =>
        host.PostAsync($"/api/v1/{endpoint}", ("license_key", license.Key), ("identifier", "a.example"));
}
