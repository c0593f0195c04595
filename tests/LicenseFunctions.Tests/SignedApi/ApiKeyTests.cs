using System.Net;
using LicenseFunctions.Licensing;
using LicenseFunctions.SignedApi;
using LicenseFunctions.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace LicenseFunctions.Tests.SignedApi;

public sealed class ApiKeyTests(SharedApi api) : IClassFixture<SharedApi>
{
    private static readonly ApiKey Draft = new() { Hash = "", Name = "test", Capabilities = [ApiKey.AllCapabilities] };

    public static TheoryData<string> Endpoints => [.. Capability.All];

    [Theory]
    [MemberData(nameof(Endpoints))]
    public async Task Each_endpoint_asks_for_its_capability(string endpoint)
    {
        var others = await api.Host.NewApiKeyAsync([.. Capability.All.Except([endpoint])]);
        var only = await api.Host.NewApiKeyAsync(endpoint);

        var refused = await CallAsync(endpoint, others);
        var served = await CallAsync(endpoint, only);

        refused.ShouldSay("global",
            $"\"code\":102,\"message\":\"The used API key doesn't have the required capability to access this endpoint\",\"timestamp\":{api.Timestamp}", 401);
        Assert.Equal(200, served.Status);
    }

    [Fact]
    public async Task An_unknown_or_missing_key_is_100()
    {
        var unknown = await CallAsync("verify", "unknown");
        var missing = await CallAsync("verify", null);

        unknown.ShouldSay("global", $"\"code\":100,\"message\":\"Invalid API Key\",\"timestamp\":{api.Timestamp}", 401);
        missing.ShouldBe(100, "Invalid API Key", status: 401);
    }

    [Fact]
    public async Task An_inactive_key_is_101_before_its_address_and_capability()
    {
        var key = await api.Host.NewApiKeyAsync(Draft with { IsActive = false, Capabilities = [], AllowedIps = ["198.51.100.1"] });

        var answer = await CallAsync("verify", key);

        answer.ShouldSay("global", $"\"code\":101,\"message\":\"Inactive API Key\",\"timestamp\":{api.Timestamp}", 401);
    }

    [Fact]
    public async Task A_wrong_address_is_103_before_the_capability()
    {
        var key = await api.Host.NewApiKeyAsync(Draft with { Capabilities = [], AllowedIps = ["198.51.100.1"] });

        var answer = await CallAsync("verify", key);

        answer.ShouldSay("global", $"\"code\":103,\"message\":\"API key can't be used from this IP address\",\"timestamp\":{api.Timestamp}", 401);
    }

    [Theory]
    [InlineData("198.51.100.7", "198.51.100.7", true)]
    [InlineData("198.51.100.7", "198.51.100.8", false)]
    [InlineData("198.51.100.0/24", "198.51.100.200", true)]
    [InlineData("198.51.100.0/24", "198.51.101.1", false)]
    [InlineData("198.51.100.0/24", "::ffff:198.51.100.200", true)]
    [InlineData("2001:db8::/32", "2001:db8:1::1", true)]
    [InlineData("2001:db8::/32", "2001:db9::1", false)]
    [InlineData("2001:db8::/32", "198.51.100.7", false)]
    public async Task An_allow_list_has_addresses_and_ranges(string allowed, string from, bool isServed)
    {
        var key = await api.Host.NewApiKeyAsync(Draft with { AllowedIps = ["192.0.2.99", allowed] });

        var answer = await FromAsync(from, () => CallAsync("get-all-products", key));

        answer.ShouldBe(
            isServed ? 810 : 103, isServed ? "All products" : "API key can't be used from this IP address", status: isServed ? 200 : 401);
    }

    [Fact]
    public async Task A_key_that_is_switched_off_is_refused_at_once_also_after_it_was_accepted()
    {
        var keys = api.Host.Services.GetRequiredService<ApiKeys>();
        var key = await api.Host.NewApiKeyAsync(Draft);
        await CallAsync("get-all-products", key);
        await keys.SetActiveAsync(LicenseRows.Hash(key)[..12], false, CancellationToken.None);

        var answer = await CallAsync("get-all-products", key);

        answer.ShouldBe(101, "Inactive API Key", status: 401);
    }

    private async Task<SignedReply> FromAsync(string address, Func<Task<SignedReply>> call)
    {
        var usual = api.Host.Address;
        api.Host.Address = IPAddress.Parse(address);
        try
        {
            return await call();
        }
        finally
        {
            api.Host.Address = usual;
        }
    }

    private Task<SignedReply> CallAsync(string endpoint, string? apiKey) => api.Host.SendAsync(
        new(ContractEndpoint.Of(endpoint).Method, ContractEndpoint.Of(endpoint).Path), apiKey);
}
