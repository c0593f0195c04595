using System.Net;
using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.SignedApi;

/// <summary>Guessing keys makes no rows and is limited in memory, for each address.</summary>
public sealed class UnknownKeyLimitTests
{
    private readonly ManualTimeProvider _clock = new();

    [Theory]
    [InlineData("verify", 210)]
    [InlineData("activate", 210)]
    [InlineData("delete-license-key", 851)]
    [InlineData("assign-license-key", 801)]
    [InlineData("update-license-key", 952)]
    public async Task Unknown_license_keys_make_no_rows_and_are_limited_for_their_address(string endpoint, int code)
    {
        await using var host = await ApiHost.StartAsync(time: _clock, settings: [("RateLimits:LicensePerMinute", "4"), ("RateLimits:SignedPerMinute", "0")]);
        var before = await host.AllRowsAsync();
        var codes = new List<string>();
        for (var i = 0; i < 5; i++)
            codes.Add((await GuessAsync(host, endpoint, i)).Code);
        host.Address = IPAddress.Parse("198.51.100.1");
        var elsewhere = await GuessAsync(host, endpoint, 9);
        host.Address = IPAddress.Parse("192.0.2.1");
        _clock.Advance(TimeSpan.FromMinutes(2));

        var later = await GuessAsync(host, endpoint, 9);

        Assert.Equal([$"{code}", $"{code}", $"{code}", $"{code}", "150"], codes);
        Assert.Equal($"{code}", elsewhere.Code);
        Assert.Equal($"{code}", later.Code);
        Assert.Equal(before, await host.AllRowsAsync());
    }

    [Fact]
    public async Task Unknown_API_keys_make_no_rows_and_are_limited_for_their_address()
    {
        await using var host = await ApiHost.StartAsync(time: _clock, settings: ("RateLimits:LicensePerMinute", "4"));
        var license = await host.LicenseAsync();
        var before = await host.AllRowsAsync();
        var statuses = new List<int>();
        for (var i = 0; i < 5; i++)
            statuses.Add((await host.SendAsync(new(HttpMethod.Post, $"/api/v1/verify?license_key={license.Key}&identifier=x"), $"guess-{i}")).Status);

        var refused = await host.SendAsync(new(HttpMethod.Get, "/api/v1/get-all-products"), null);
        var inOrder = await host.PostAsync("/api/v1/verify", ("license_key", license.Key), ("identifier", "x"));

        Assert.Equal([401, 401, 401, 401, 429], statuses);
        refused.ShouldBe(150, "Too many requests", status: 429);
        Assert.Equal(200, inOrder.Status);
        Assert.Equal(
            before, (await host.AllRowsAsync()).Where(row => !row.StartsWith("limits ", StringComparison.Ordinal) && !row.Contains(" license.usage ", StringComparison.Ordinal)));
    }

    private static Task<SignedReply> GuessAsync(ApiHost host, string endpoint, int i) =>
        host.PostAsync($"/api/v1/{endpoint}", ("license_key", $"guess-{i}"), ("identifier", "a.example"));
}
