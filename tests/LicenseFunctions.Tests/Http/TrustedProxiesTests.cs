using System.Net;
using LicenseFunctions.Http;
using LicenseFunctions.Licensing;
using LicenseFunctions.Tests.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace LicenseFunctions.Tests.Http;

public sealed class TrustedProxiesTests
{
    [Theory]
    [InlineData("198.51.100.9")]
    [InlineData("198.51.100.9, 10.0.0.1")]
    [InlineData("")]
    public void Without_the_setting_the_client_is_who_connects_whatever_it_says(string forwarded) =>
        Assert.Equal("192.0.2.1", ClientOf("", "192.0.2.1", forwarded));

    [Theory]
    [InlineData("192.0.2.1", "198.51.100.9", "192.0.2.1")] // not one of ours, so its word counts nothing
    [InlineData("10.0.0.1", "", "10.0.0.1")]
    [InlineData("10.0.0.1", "198.51.100.9", "198.51.100.9")]
    [InlineData("10.0.0.1", "203.0.113.7, 198.51.100.9", "198.51.100.9")] // the left one is the client's own claim
    [InlineData("10.0.0.1", "203.0.113.7, 198.51.100.9, 10.2.3.4", "198.51.100.9")]
    [InlineData("10.0.0.1", "10.9.9.9, 10.2.3.4", "10.9.9.9")] // all of them ours: the first one asked
    [InlineData("10.0.0.1", "198.51.100.9:49152", "198.51.100.9")]
    [InlineData("10.0.0.1", "[2001:db8::9]:49152", "2001:db8::9")]
    [InlineData("10.0.0.1", "[2001:db8::9]", "2001:db8::9")]
    [InlineData("10.0.0.1", "2001:db8::9", "2001:db8::9")]
    [InlineData("10.0.0.1", "::ffff:198.51.100.9", "198.51.100.9")]
    [InlineData("::ffff:10.0.0.1", "198.51.100.9", "198.51.100.9")]
    [InlineData("2001:db8:1::5", "198.51.100.9", "198.51.100.9")]
    public void A_list_is_walked_from_the_right_up_to_the_first_that_is_not_on_it(string connection, string forwarded, string client) =>
        Assert.Equal(client, ClientOf("10.0.0.0/8, 2001:db8:1::/48", connection, forwarded));

    [Theory]
    [InlineData("unknown")]
    [InlineData("198.51.100.9, ")]
    [InlineData("198.51.100.9, _hidden")]
    [InlineData("198.51.100.9, 10.0.0.300")]
    [InlineData("198.51.100.9, 10.1")]
    [InlineData("198.51.100.9, 012.0.0.1")]
    [InlineData("198.51.100.9, 10.0.0.0/8")]
    [InlineData("198.51.100.9, 10.0.0.2:x")]
    [InlineData("198.51.100.9, 10.0.0.2:70000")]
    [InlineData("198.51.100.9, [2001:db8:1::6")]
    [InlineData("198.51.100.9, [2001:db8:1::6]x")]
    [InlineData("198.51.100.9, fe80::1%eth0")]
    public void At_what_is_no_address_the_last_hop_that_is_known_counts(string forwarded) =>
        Assert.Equal("10.0.0.1", ClientOf("10.0.0.0/8, 2001:db8:1::/48", "10.0.0.1", forwarded));

    [Theory]
    [InlineData("1", "203.0.113.7, 198.51.100.9", "198.51.100.9")]
    [InlineData("2", "203.0.113.7, 198.51.100.9, 10.2.3.4", "198.51.100.9")]
    [InlineData("2", "198.51.100.9", "198.51.100.9")]
    [InlineData("2", "198.51.100.9, nonsense", "192.0.2.1")]
    [InlineData("1", "", "192.0.2.1")]
    public void A_number_says_which_entry_from_the_right_it_is(string setting, string forwarded, string client) =>
        Assert.Equal(client, ClientOf(setting, "192.0.2.1", forwarded));

    [Fact]
    public void A_header_in_several_lines_is_one_list()
    {
        var context = Context("10.0.0.1", "");
        context.Request.Headers["X-Forwarded-For"] = new(["203.0.113.7", "198.51.100.9, 10.2.3.4"]);

        Assert.Equal("198.51.100.9", $"{Read("10.0.0.0/8").ClientOf(context)}");
    }

    [Fact]
    public void No_more_entries_are_read_than_any_chain_of_proxies_makes() =>
        Assert.Equal("10.0.0.2", ClientOf("10.0.0.0/8", "10.0.0.1", "198.51.100.9, " + string.Join(',', Enumerable.Repeat("10.0.0.2", 40))));

    [Theory]
    [InlineData("0")]
    [InlineData("11")]
    [InlineData("-1")]
    [InlineData("anybody")]
    [InlineData("10.0.0.0/33")]
    [InlineData("10.0.0.0/8;192.0.2.1")]
    [InlineData(",")]
    public void A_value_that_is_neither_stops_the_start(string setting)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([KeyValuePair.Create("Network:TrustedProxies", (string?)setting)]).Build();

        var e = Assert.Throws<SettingException>(() => LicensingOptions.From(configuration));

        Assert.StartsWith("Network__TrustedProxies is ", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", 403)]
    [InlineData("192.0.2.0/24", 200)]
    [InlineData("1", 200)]
    public async Task Blocks_count_the_client_behind_a_trusted_proxy_and_nobody_can_talk_his_way_out(string trusted, int status)
    {
        await using var host = await ApiHost.StartAsync(settings: ("Network:TrustedProxies", trusted));
        await BlockAsync(host, "192.0.2.1"); // the proxy, or a client that pretends to be one

        Assert.Equal(status, (await VerifyAsync(host, "198.51.100.9")).Status);
        await BlockAsync(host, "198.51.100.9");
        Assert.Equal(403, (await VerifyAsync(host, "203.0.113.1, 198.51.100.9")).Status);
    }

    [Fact]
    public async Task Allow_lists_and_limits_of_an_address_count_the_client_too_on_both_apis()
    {
        await using var host = await ApiHost.StartAsync(settings: [("Network:TrustedProxies", "192.0.2.0/24"), ("RateLimits:DomainVerifyPerMinute", "2")]);
        var key = await host.NewApiKeyAsync(new ApiKey { Hash = "", Name = "listed", Capabilities = ["*"], AllowedIps = ["198.51.100.9"] });

        Assert.Equal("210", (await VerifyAsync(host, "198.51.100.9", key)).Code);
        Assert.Equal("103", (await VerifyAsync(host, "198.51.100.9, 198.51.100.10", key)).Code);
        int[] statuses = [await DomainAsync("198.51.100.7"), await DomainAsync("1.1.1.1, 198.51.100.7"), await DomainAsync("2.2.2.2, 198.51.100.7"), await DomainAsync("198.51.100.8")];
        Assert.Equal([404, 404, 429, 404], statuses);

        async Task<int> DomainAsync(string forwarded)
        {
            var request = new HttpRequestMessage(HttpMethod.Get, "/verify?license_key=unknown&domain=a.example");
            request.Headers.TryAddWithoutValidation("X-Forwarded-For", forwarded);
            return (await host.SendDomainAsync(request)).Status;
        }
    }

    private static Task<BlockRules> BlockAsync(ApiHost host, string address) => host.Services.GetRequiredService<AccessRules>()
        .ChangeAsync(rules => rules.With([IpRange.Parse(address)], []), CancellationToken.None);

    private static Task<SignedReply> VerifyAsync(ApiHost host, string forwarded, string? apiKey = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/verify")
        {
            Content = new FormUrlEncodedContent([new("license_key", "unknown"), new("identifier", "a.example")]),
        };
        request.Headers.TryAddWithoutValidation("X-Forwarded-For", forwarded);
        return host.SendAsync(request, apiKey ?? host.ApiKey);
    }

    private static string? ClientOf(string setting, string connection, string forwarded) =>
        Read(setting).ClientOf(Context(connection, forwarded))?.ToString();

    private static TrustedProxies Read(string setting) => LicensingOptions.From(
        new ConfigurationBuilder().AddInMemoryCollection([KeyValuePair.Create("Network:TrustedProxies", (string?)setting)]).Build()).TrustedProxies;

    private static DefaultHttpContext Context(string connection, string forwarded)
    {
        var context = new DefaultHttpContext();
        context.Connection.RemoteIpAddress = IPAddress.Parse(connection);
        context.Request.Headers["X-Forwarded-For"] = forwarded;
        return context;
    }
}
