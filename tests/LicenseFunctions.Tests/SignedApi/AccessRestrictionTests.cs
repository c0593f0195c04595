using System.Net;
using LicenseFunctions.Licensing;
using LicenseFunctions.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace LicenseFunctions.Tests.SignedApi;

public sealed class AccessRestrictionTests(SharedApi api) : IClassFixture<SharedApi>
{
    [Theory]
    [InlineData("verify")]
    [InlineData("activate")]
    [InlineData("deactivate")]
    [InlineData("get-license-key-details")]
    [InlineData("assign-and-activate-license-key")]
    public async Task A_blocked_identifier_is_150_before_the_license_is_known(string endpoint)
    {
        await BlockAsync(new([], ["bad.example"]));

        var answer = await api.Host.PostAsync($"/api/v1/{endpoint}", ("license_key", "unknown"), ("identifier", "bad.example"));

        answer.ShouldSay("global", $"\"code\":150,\"message\":\"Access denied\",\"timestamp\":{api.Timestamp}", 403);
    }

    [Theory]
    [InlineData("bad.example", "BAD.example", true)]
    [InlineData("bad.example", "https://bad.example:8080/path", true)]
    [InlineData("BÜCHER.example", "xn--bcher-kva.example", true)]
    [InlineData("bad.example", "sub.bad.example", false)]
    [InlineData("HW 12/ab", "HW 12/ab", true)]
    [InlineData("HW 12/ab", "HW 12/AB", false)]
    public async Task Host_names_are_blocked_however_they_are_written(string blocked, string identifier, bool isBlocked)
    {
        await BlockAsync(new([], [blocked]));
        var license = await api.LicenseAsync();

        var answer = await api.CallAsync("activate", license, ("hardware_id", identifier));

        Assert.Equal(isBlocked ? 403 : 200, answer.Status);
    }

    [Theory]
    [InlineData("198.51.100.7", "198.51.100.7", true)]
    [InlineData("198.51.100.0/24", "198.51.100.9", true)]
    [InlineData("198.51.100.0/24", "::ffff:198.51.100.9", true)]
    [InlineData("2001:db8::/32", "2001:db8::7", true)]
    [InlineData("198.51.100.7", "198.51.100.8", false)]
    public async Task A_blocked_address_is_150_everywhere(string blocked, string from, bool isBlocked)
    {
        await BlockAsync(new([blocked], []));
        var usual = api.Host.Address;
        api.Host.Address = IPAddress.Parse(from);

        var answer = await api.Host.GetAsync("/api/v1/get-all-products");
        api.Host.Address = usual;

        answer.ShouldBe(isBlocked ? 150 : 810, isBlocked ? "Access denied" : "All products", status: isBlocked ? 403 : 200);
    }

    [Fact]
    public async Task The_API_key_comes_first()
    {
        await BlockAsync(new(["192.0.2.1"], []));

        var answer = await api.Host.SendAsync(new(HttpMethod.Get, "/api/v1/get-all-products"), "unknown");
        await BlockAsync(BlockRules.None);

        answer.ShouldBe(100, "Invalid API Key", status: 401);
    }

    [Fact]
    public async Task A_blocked_identifier_changes_nothing_and_is_admitted_again_when_the_rule_goes()
    {
        var license = await api.LicenseAsync();
        await BlockAsync(new([], ["bad.example"]));
        var before = await api.Host.BusinessRowsAsync();
        await api.CallAsync("activate", license, ("identifier", "bad.example"));
        var after = await api.Host.BusinessRowsAsync();
        await BlockAsync(BlockRules.None);

        var answer = await api.CallAsync("activate", license, ("identifier", "bad.example"));

        Assert.Equal(before, after);
        answer.ShouldBe(300, "License key activated", SharedApi.OwnKey);
    }

    [Fact]
    public async Task A_verification_that_is_blocked_does_not_count()
    {
        await BlockAsync(BlockRules.None);
        var license = await api.LicenseAsync();
        await api.CallAsync("activate", license, ("identifier", "bad.example"));
        await api.CallAsync("verify", license, ("identifier", "bad.example"));
        await BlockAsync(new([], ["bad.example"]));

        var answer = await api.CallAsync("verify", license, ("identifier", "bad.example"));
        await BlockAsync(BlockRules.None);

        answer.ShouldBe(150, "Access denied", status: 403);
        var status = (await api.Host.GetDomainAsync("/status", license.Key)).Body.GetProperty("license");
        Assert.Equal(1, status.GetProperty("verification_count").GetInt32());
    }

    private Task<BlockRules> BlockAsync(BlockRules rules) =>
        api.Host.Services.GetRequiredService<AccessRules>().ChangeAsync(_ => rules, CancellationToken.None);
}
