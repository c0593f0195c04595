using System.Collections.Concurrent;
using LicenseFunctions.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace LicenseFunctions.Tests.Marketplace;

public sealed class PurchaseCodesTests
{
    private const string Genuine = "86781236-23d0-4b3c-7dfa-c1c147e0dece";
    private const string Forged = "00000000-23d0-4b3c-7dfa-c1c147e0dece";

    [Fact]
    public async Task A_genuine_purchase_becomes_an_assigned_license()
    {
        await using var market = await Market.StartAsync();
        await using var host = await StartAsync(market);
        await host.ProductAsync(product => product with { Source = "envato", ExternalReference = "17022701" });

        var first = await VerifyAsync(host, Genuine);
        var second = await VerifyAsync(host, Genuine);
        var activated = await host.PostAsync("/api/v1/activate", ("license_key", Genuine), ("identifier", "a.example"));

        first.ShouldBe(206, "Envato purchase code added");
        second.ShouldBe(202, "No activation found for this license key/identifier combination");
        activated.ShouldBe(300, "License key activated");
        Assert.Equal([$"Bearer secret {Genuine}"], market.Asked);
    }

    [Fact]
    public async Task One_purchase_is_one_license_however_its_code_is_typed()
    {
        await using var market = await Market.StartAsync();
        await using var host = await StartAsync(market);
        await host.ProductAsync(product => product with { Source = "envato", ExternalReference = "17022701" });

        var first = await VerifyAsync(host, Genuine.ToUpperInvariant());
        var activated = await host.PostAsync("/api/v1/activate", ("license_key", Genuine.ToUpperInvariant()), ("identifier", "a.example"));
        var elsewhere = await host.PostAsync("/api/v1/activate", ("license_key", Genuine), ("identifier", "b.example"));
        var mixed = await VerifyAsync(host, Genuine.Replace('d', 'D'));
        var details = await host.PostAsync("/api/v1/get-license-key-details", ("license_key", Genuine.ToUpperInvariant()), ("identifier", "a.example"));

        first.ShouldBe(206, "Envato purchase code added");
        activated.ShouldBe(300, "License key activated");
        elsewhere.ShouldBe(302, "License key reached activation limit");
        mixed.ShouldBe(200, "Valid license key");
        details.ShouldBe(500, "Active license key found");
        var license = Assert.Single((await host.GetAsync("/api/v1/get-license-keys")).Response.GetProperty("license_keys").EnumerateArray());
        Assert.Equal(Genuine, license.GetProperty("license_key").GetString());
        Assert.Single(market.Asked);
    }

    [Fact]
    public async Task First_verifications_at_once_make_one_license_and_all_are_told_of_it()
    {
        await using var market = await Market.StartAsync();
        await using var host = await StartAsync(market);
        await host.ProductAsync(product => product with { Source = "envato", ExternalReference = "17022701" });
        market.Together = 3;

        var answers = await Task.WhenAll(VerifyAsync(host, Genuine), VerifyAsync(host, Genuine.ToUpperInvariant()), VerifyAsync(host, Genuine));

        Assert.All(answers, answer => answer.ShouldBe(206, "Envato purchase code added"));
        Assert.Single((await host.GetAsync("/api/v1/get-license-keys")).Response.GetProperty("license_keys").EnumerateArray());
    }

    [Fact]
    public async Task A_repeated_first_verification_gets_the_first_answer_to_the_byte()
    {
        await using var market = await Market.StartAsync();
        var time = new ManualTimeProvider();
        await using var host = await StartAsync(market, time);
        await host.ProductAsync(product => product with { Source = "envato", ExternalReference = "17022701" });

        var first = await VerifyAsync(host, Genuine.ToUpperInvariant(), "k");
        time.Advance(TimeSpan.FromMinutes(5));
        var again = await VerifyAsync(host, Genuine.ToUpperInvariant(), "k");
        var other = await VerifyAsync(host, Genuine.ToUpperInvariant(), "k2");

        first.ShouldBe(206, "Envato purchase code added");
        Assert.Equal(first.Body.GetRawText(), again.Body.GetRawText());
        other.ShouldBe(202, "No activation found for this license key/identifier combination");
    }

    [Fact]
    public async Task A_purchase_of_an_inactive_product_is_answered_as_any_license_of_it()
    {
        await using var market = await Market.StartAsync();
        await using var host = await StartAsync(market);
        await host.ProductAsync(product => product with { Source = "envato", ExternalReference = "17022701", IsActive = false });

        (await VerifyAsync(host, Genuine)).ShouldBe(203, "The product associated with this license key is not active or doesn't exist");
        (await VerifyAsync(host, Genuine)).ShouldBe(203, "The product associated with this license key is not active or doesn't exist");
    }

    [Fact]
    public async Task The_address_that_was_sent_is_the_owners()
    {
        await using var market = await Market.StartAsync();
        await using var host = await StartAsync(market);
        await host.ProductAsync(product => product with { Source = "envato", ExternalReference = "17022701" });

        await host.PostAsync("/api/v1/verify", ("license_key", Genuine), ("identifier", "a.example"), ("email", "ada@example.com"));

        var license = Assert.Single((await host.GetAsync("/api/v1/get-license-keys?owner_email=ada@example.com")).Response.GetProperty("license_keys").EnumerateArray());
        Assert.Equal(("ada", "ada@example.com"), (license.GetProperty("owner_name").GetString(), license.GetProperty("owner_email").GetString()));
    }

    [Fact]
    public async Task A_forged_code_or_one_of_another_item_is_no_license_and_is_asked_about_once()
    {
        await using var market = await Market.StartAsync();
        await using var host = await StartAsync(market);
        await host.ProductAsync(product => product with { Source = "envato", ExternalReference = "1" });

        (await VerifyAsync(host, Forged)).ShouldBe(210, "Invalid license key");
        (await VerifyAsync(host, Forged)).ShouldBe(210, "Invalid license key");
        (await VerifyAsync(host, Genuine)).ShouldBe(210, "Invalid license key");
        (await VerifyAsync(host, "no purchase code")).ShouldBe(210, "Invalid license key");

        Assert.Equal(2, market.Asked.Count);
    }

    [Fact]
    public async Task A_marketplace_that_fails_keeps_nobody_from_an_answer()
    {
        await using var market = await Market.StartAsync();
        await using var host = await StartAsync(market);
        var product = await host.ProductAsync(product => product with { Source = "envato", ExternalReference = "17022701" });
        var license = await host.LicenseAsync(product);
        market.Status = 500;

        (await VerifyAsync(host, Genuine)).ShouldBe(210, "Invalid license key");
        (await VerifyAsync(host, license.Key)).ShouldBe(202, "No activation found for this license key/identifier combination");
    }

    [Fact]
    public async Task A_marketplace_that_failed_is_asked_again_after_seconds_and_not_at_once()
    {
        await using var market = await Market.StartAsync();
        var time = new ManualTimeProvider();
        await using var host = await StartAsync(market, time);
        await host.ProductAsync(product => product with { Source = "envato", ExternalReference = "17022701" });
        market.Status = 503;

        await VerifyAsync(host, Genuine);
        market.Status = 200;
        var atOnce = await VerifyAsync(host, Genuine);
        time.Advance(TimeSpan.FromSeconds(6));
        var later = await VerifyAsync(host, Genuine);

        atOnce.ShouldBe(210, "Invalid license key");
        later.ShouldBe(206, "Envato purchase code added");
        Assert.Equal(2, market.Asked.Count);
    }

    [Fact]
    public async Task What_was_not_found_is_asked_about_again_after_five_minutes()
    {
        await using var market = await Market.StartAsync();
        var time = new ManualTimeProvider();
        await using var host = await StartAsync(market, time);
        await host.ProductAsync(product => product with { Source = "envato", ExternalReference = "17022701" });

        await VerifyAsync(host, Forged);
        time.Advance(TimeSpan.FromMinutes(4));
        await VerifyAsync(host, Forged);
        Assert.Single(market.Asked);
        time.Advance(TimeSpan.FromMinutes(1));
        await VerifyAsync(host, Forged);

        Assert.Equal(2, market.Asked.Count);
    }

    [Fact]
    public async Task A_code_sent_before_its_product_was_made_is_found_as_soon_as_it_is()
    {
        await using var market = await Market.StartAsync();
        await using var host = await StartAsync(market);

        (await VerifyAsync(host, Genuine)).ShouldBe(210, "Invalid license key");
        await host.ProductAsync(product => product with { Source = "envato", ExternalReference = "17022701" });

        (await VerifyAsync(host, Genuine)).ShouldBe(206, "Envato purchase code added");
    }

    [Fact]
    public async Task Nobody_is_asked_on_behalf_of_a_caller_without_a_good_api_key()
    {
        await using var market = await Market.StartAsync();
        await using var host = await StartAsync(market);
        await host.ProductAsync(product => product with { Source = "envato", ExternalReference = "17022701" });
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/verify")
        {
            Content = new FormUrlEncodedContent([new("license_key", Genuine), new("identifier", "a.example")]),
        };

        (await host.SendAsync(request, "wrong")).ShouldBe(100, "Invalid API Key", status: 401);

        Assert.Empty(market.Asked);
    }

    private static Task<ApiHost> StartAsync(Market market, ManualTimeProvider? time = null) =>
        ApiHost.StartAsync(null, null, time, ("Envato:Token", "secret"), ("Envato:BaseUrl", market.Address));

    private static async Task<SignedReply> VerifyAsync(ApiHost host, string key, string? idempotencyKey = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/verify")
        {
            Content = new FormUrlEncodedContent([new("license_key", key), new("identifier", "a.example")]),
        };
        if (idempotencyKey is not null)
            request.Headers.Add("Idempotency-Key", idempotencyKey);
        return await host.SendAsync(request, host.ApiKey);
    }

    /// <summary>The marketplace's author API on the loopback: it knows one sale.</summary>
    private sealed class Market : IAsyncDisposable
    {
        private readonly WebApplication _app;
        private readonly ConcurrentQueue<string> _asked = new();
        private readonly TaskCompletionSource _together = new(TaskCreationOptions.RunContinuationsAsynchronously);

        private Market()
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            builder.Logging.ClearProviders();
            _app = builder.Build();
            _app.MapGet("/v3/market/author/sale", Answer);
        }

        public int Status { get; set; } = 200;

        /// <summary>Nobody is answered before so many have asked.</summary>
        public int Together { get; set; } = 1;

        public string Address => _app.Urls.First();

        public ConcurrentQueue<string> Asked => _asked;

        public static async Task<Market> StartAsync()
        {
            var market = new Market();
            await market._app.StartAsync();
            return market;
        }

        public ValueTask DisposeAsync() => _app.DisposeAsync();

        private async Task<IResult> Answer(HttpRequest request, string code)
        {
            _asked.Enqueue($"{request.Headers.Authorization} {code}");
            if (_asked.Count >= Together)
                _together.TrySetResult();
            await _together.Task;
            return Status != 200 ? Results.StatusCode(Status)
                : code != Genuine ? Results.NotFound()
                : Results.Text("""{"amount":"12.00","sold_at":"2016-09-07T10:54:28+10:00","license":"Regular License","buyer":"ada","item":{"id":17022701,"name":"Widget"}}""", "application/json");
        }
    }
}
