using System.Text;
using LicenseFunctions.Licensing;
using LicenseFunctions.Signing;
using LicenseFunctions.Signing.LocalKeys;
using LicenseFunctions.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace LicenseFunctions.Tests.SignedApi;

/// <summary>A caller's nonce binds the answer to its request; without one nothing changes.</summary>
public sealed class NonceTests(SharedApi api) : IClassFixture<SharedApi>
{
    private const string Nonce = "b3k2pp5k7z-50gnwp.yemd";

    [Fact]
    public async Task An_answer_carries_nonce_license_and_identifier_before_its_timestamp()
    {
        var license = await api.LicenseAsync();

        var answer = await api.CallAsync("activate", license, ("identifier", "a.example"), ("nonce", Nonce));

        answer.ShouldBe(300, "License key activated", SharedApi.OwnKey);
        Assert.Equal(
            $$"""{"code":300,"message":"License key activated","nonce":"{{Nonce}}","license_key_hash":"{{LicenseRows.Hash(license.Key)}}","identifier":"a.example","timestamp":{{api.Timestamp}}}""",
            answer.Response.GetRawText());
    }

    [Fact]
    public async Task Without_a_nonce_the_answer_is_as_documented()
    {
        var license = await api.LicenseAsync();

        var answer = await api.CallAsync("activate", license, ("identifier", "a.example"));

        Assert.Equal($$"""{"code":300,"message":"License key activated","timestamp":{{api.Timestamp}}}""", answer.Response.GetRawText());
    }

    [Theory]
    [InlineData("hardware_id")]
    [InlineData("domain")]
    public async Task The_identifier_is_the_one_that_was_sent_under_any_of_its_names(string field)
    {
        var answer = await api.CallAsync("verify", await api.LicenseAsync(), (field, "Büro/1"), ("nonce", Nonce));

        Assert.Equal("Büro/1", answer.Response.GetProperty("identifier").GetString());
    }

    [Fact]
    public async Task What_the_call_did_not_name_is_left_out()
    {
        var details = await api.CallAsync("get-license-key-details", await api.LicenseAsync(), ("nonce", Nonce));
        var list = await api.Host.GetAsync($"/api/v1/get-all-products?nonce={Nonce}");

        Assert.Equal("code message licenseKey product nonce license_key_hash timestamp", details.Response.Names());
        Assert.Equal("code message products nonce timestamp", list.Response.Names());
    }

    [Fact]
    public async Task A_key_that_stands_in_the_path_counts_as_well()
    {
        var license = await api.LicenseAsync();

        var answer = await api.Host.GetAsync($"/api/v1/licenses/{license.Key}/features/x?nonce={Nonce}");

        Assert.Equal(LicenseRows.Hash(license.Key), answer.Response.GetProperty("license_key_hash").GetString());
    }

    [Theory]
    [InlineData("verify", "a.example", 202)]
    [InlineData("verify", "", 215)]
    [InlineData("activate", "blocked.example", 150)]
    [InlineData("deactivate", "a.example", 401)]
    [InlineData("assign-license-key", "", 801)]
    public async Task Refusals_are_bound_too(string endpoint, string identifier, int code)
    {
        await api.Host.Services.GetRequiredService<AccessRules>().ChangeAsync(rules => rules.With([], ["blocked.example"]), CancellationToken.None);

        var answer = await api.CallAsync(endpoint, await api.LicenseAsync(), ("identifier", identifier), ("nonce", Nonce));

        Assert.Equal($"{code}", answer.Code);
        Assert.Equal(Nonce, answer.Response.GetProperty("nonce").GetString());
        Assert.Equal(identifier.Length > 0, answer.Response.TryGetProperty("identifier", out _));
    }

    [Theory]
    [InlineData("wrong", 100)]
    [InlineData(null, 100)]
    [InlineData("inactive", 101)]
    [InlineData("incapable", 102)]
    [InlineData("elsewhere", 103)]
    public async Task So_are_those_of_a_caller_who_is_not_accepted(string? kind, int code)
    {
        ApiKey draft = new() { Hash = "", Name = "x", Capabilities = kind == "incapable" ? [] : ["*"], IsActive = kind != "inactive", AllowedIps = kind == "elsewhere" ? ["198.51.100.1"] : [] };
        var key = kind is null or "wrong" ? kind : await api.Host.NewApiKeyAsync(draft);

        var answer = await api.Host.SendAsync(RawRequests.Post("/api/v1/verify", Encoding.UTF8.GetBytes($$"""{"license_key":"K","nonce":"{{Nonce}}"}"""), "application/json"), key);

        Assert.Equal($"{code}", answer.Code);
        Assert.Equal((Nonce, LicenseRows.Hash("K")), (answer.Response.GetProperty("nonce").GetString(), answer.Response.GetProperty("license_key_hash").GetString()));
    }

    [Theory]
    [InlineData("\"\"")]
    [InlineData("\"12345678901234567890123456789012345678901234567890123456789012345\"")]
    [InlineData("\"a\\u0000b\"")]
    [InlineData("\"a\\u2028b\"")]
    [InlineData("\"a\\nb\"")]
    [InlineData("[\"a\"]")]
    [InlineData("{}")]
    public async Task A_nonce_that_cannot_be_echoed_is_refused_before_anything_is_done(string nonce)
    {
        var license = await api.LicenseAsync();

        var answer = await api.Host.PostJsonAsync("/api/v1/activate", $$"""{"license_key":"{{license.Key}}","identifier":"a.example","nonce":{{nonce}}}""");

        answer.ShouldBeProblem(400);
        Assert.Equal("202", (await api.CallAsync("verify", license, ("identifier", "a.example"))).Code);
    }

    [Theory]
    [InlineData("1")]
    [InlineData("1234567890123456789012345678901234567890123456789012345678901234")]
    [InlineData("a/b+c=\"\\ ü😀")]
    public async Task Any_other_text_of_up_to_64_characters_comes_back_as_it_was_sent(string nonce)
    {
        var answer = await api.CallAsync("verify", await api.LicenseAsync(), ("identifier", "a.example"), ("nonce", nonce));

        Assert.Equal(nonce, answer.Response.GetProperty("nonce").GetString());
    }

    [Theory]
    [InlineData("ResponseBase64")]
    [InlineData("Envelope")]
    public async Task A_repeated_request_gets_the_first_answer_to_the_byte_and_another_nonce_is_another_payload(string payload)
    {
        await using var host = await ApiHost.StartAsync(settings: ("Signing:Payload", payload));
        var license = await host.LicenseAsync(draft => draft with { ActivationLimit = 1 });

        var first = await SendAsync("activate", "n-1", license.Key);
        var again = await SendAsync("activate", "n-1", license.Key);
        var other = await SendAsync("activate", "n-2", license.Key);
        var (bulk, bulkAgain) = (await SendAsync("create-product", "n-3", ""), await SendAsync("create-product", "n-3", ""));

        first.ShouldBe(300, "License key activated");
        Assert.Equal(first.Body.GetRawText(), again.Body.GetRawText());
        Assert.Contains("\"nonce\":\"n-1\"", again.Response.GetRawText(), StringComparison.Ordinal);
        other.ShouldBeProblem(422);
        Assert.Equal(bulk.Body.GetRawText(), bulkAgain.Body.GetRawText());
        Assert.Equal("n-3", bulk.Response.GetProperty("nonce").GetString());

        Task<SignedReply> SendAsync(string endpoint, string nonce, string key)
        {
            var request = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/{endpoint}")
            {
                Content = new FormUrlEncodedContent([new("license_key", key), new("identifier", "a"), new("nonce", nonce), new("name", "N"), new("description", "D")]),
            };
            request.Headers.Add("Idempotency-Key", $"same-{endpoint}");
            return host.SendAsync(request, host.ApiKey);
        }
    }

    [Fact]
    public async Task A_nonce_costs_one_signature_and_leaves_nothing_in_the_cache()
    {
        await using var metered = await Metered.StartAsync();
        var signatures = metered.Host.Services.GetRequiredService<SignatureCache>();
        await metered.Host.PostAsync("/api/v1/verify", ("license_key", metered.License.Key), ("identifier", "a"));
        var before = (signatures.Count, signatures.Made);

        var cost = await metered.MeasureAsync(() => metered.Host.PostAsync("/api/v1/activate", ("license_key", metered.License.Key), ("identifier", "a"), ("nonce", Nonce)));

        Assert.Equal(1, cost.Signings);
        Assert.Equal(before, (signatures.Count, signatures.Made));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(2000)]
    public async Task Over_the_limit_of_its_API_key_an_answer_is_unbound_and_costs_no_signature(int limit)
    {
        using var folder = new TemporaryFolder();
        var signer = new CountingSigner(new LocalKeySigner(folder.Path, TimeProvider.System));
        var time = new ManualTimeProvider();
        await using var host = await ApiHost.StartAsync(null, signer, time, ("RateLimits:NoncePerMinute", $"{limit}"), ("RateLimits:LicensePerMinute", "0"));
        var license = await host.LicenseAsync();
        var within = new List<SignedReply>();
        SignedReply refused;
        while ((refused = await AskAsync($"n{within.Count}")).Status != 429)
        {
            within.Add(refused);
            if (within.Count % 10 == 0)
                time.Advance(TimeSpan.FromMilliseconds(20)); // a lease is an instance's share of half a second
        }

        var signings = signer.Signings;
        for (var i = 0; i < 5; i++)
            Assert.Equal(refused.Body.GetRawText(), (await AskAsync($"over{i}")).Body.GetRawText());
        Assert.Equal(signings, signer.Signings);
        Assert.Equal(limit, within.Count);
        Assert.Equal("code message retry_after timestamp", refused.Response.Names());
        Assert.All(within, answer => Assert.True(answer.Response.TryGetProperty("nonce", out _)));
        Assert.Equal("202", (await host.PostAsync("/api/v1/verify", ("license_key", license.Key), ("identifier", "a"))).Code); // without a nonce

        Task<SignedReply> AskAsync(string nonce) => host.PostAsync("/api/v1/verify", ("license_key", license.Key), ("identifier", "a"), ("nonce", nonce));
    }

    [Fact]
    public async Task Over_the_limit_of_its_license_an_answer_is_unbound()
    {
        await using var metered = await Metered.StartAsync(("RateLimits:LicensePerMinute", "2"));
        for (var i = 0; i < 3; i++)
            await AskAsync(i);

        var cost = await metered.MeasureAsync(async () => Assert.Equal("code message retry_after timestamp", (await AskAsync(7)).Response.Names()));

        Assert.Equal((1, 0), (cost.Operations, cost.Signings));

        Task<SignedReply> AskAsync(int nonce) => metered.Host.PostAsync("/api/v1/verify", ("license_key", metered.License.Key), ("identifier", "a"), ("nonce", $"{nonce}"));
    }

    [Fact]
    public async Task Whoever_is_not_accepted_cannot_spend_signatures_without_end()
    {
        await using var host = await ApiHost.StartAsync(time: new ManualTimeProvider(), settings: [("RateLimits:LicensePerMinute", "3"), ("RateLimits:NoncePerMinute", "5")]);
        var inactive = await host.NewApiKeyAsync(new ApiKey { Hash = "", Name = "x", Capabilities = ["*"], IsActive = false });

        var statuses = new List<int>();
        foreach (var address in (string[])["192.0.2.1", "192.0.2.2"])
        {
            host.Address = System.Net.IPAddress.Parse(address);
            for (var i = 0; i < 4; i++)
                statuses.Add((await host.SendAsync(RawRequests.Post("/api/v1/verify", Encoding.UTF8.GetBytes($$"""{"nonce":"{{i}}"}"""), "application/json"), inactive)).Status);
        }

        // Three for an address, five for all together.
        Assert.Equal([401, 401, 401, 429, 401, 401, 429, 429], statuses);
    }

    [Fact]
    public async Task Zero_is_no_limit()
    {
        await using var host = await ApiHost.StartAsync(settings: ("RateLimits:NoncePerMinute", "0"));

        for (var i = 0; i < 20; i++)
            Assert.Equal($"{i}", (await host.GetAsync($"/api/v1/get-all-products?nonce={i}")).Response.GetProperty("nonce").GetString());
    }
}
