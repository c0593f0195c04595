using System.Net;
using System.Text;
using LicenseFunctions.Licensing;
using LicenseFunctions.SignedApi;
using LicenseFunctions.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace LicenseFunctions.Tests.SignedApi.Functions;

public sealed class RandomAssignLicenseKeysQueuedTests
{
    private const string Path = "/api/v1/random-assign-license-keys-queued";
    private static readonly (string, string) AllowPrivate = ("Webhooks:AllowPrivateTargets", "true");

    [Fact]
    public async Task A_shortage_is_posted_too()
    {
        await using var target = await WebhookTarget.StartAsync();
        await using var host = await ApiHost.StartAsync(settings: AllowPrivate);
        var product = await host.ProductAsync();
        await host.AvailableAsync(product, 3);

        await QueueAsync(host, product, 4, ("webhook_url", target.Url));
        await RunAsync(host);

        var posted = await target.ReadAsync(host);
        posted.ShouldBe(802, "Insufficient license keys");
        Assert.Equal(3, posted.Response.GetProperty("available_quantity").GetInt32());
    }

    [Fact]
    public async Task What_the_generator_cannot_make_is_posted_as_the_direct_call_answers_it()
    {
        await using var target = await WebhookTarget.StartAsync();
        await using var host = await ApiHost.StartAsync(settings: AllowPrivate);
        var product = await host.ProductAsync();
        await host.GeneratorAsync(product, draft => draft with { Method = GeneratorMethod.ChunkSystem, Charset = "0123456789", Chunks = 1, ChunkLength = 4 });
        await host.AvailableAsync(product, 3);

        await QueueAsync(host, product, 14, ("webhook_url", target.Url), ("generate", "1"), ("identifier", "31"));
        await RunAsync(host);

        var posted = await target.ReadAsync(host);
        posted.ShouldBe(825, "Incorrect data found");
        Assert.Equal("code message errors identifier timestamp", posted.Response.Names());
        Assert.Equal(3, await host.CountAvailableAsync(product));
    }

    [Fact]
    public async Task Without_a_webhook_the_licenses_are_assigned_all_the_same()
    {
        await using var host = await ApiHost.StartAsync();
        var product = await host.ProductAsync();
        await host.GeneratorAsync(product);

        (await QueueAsync(host, product, 2, ("generate", "1"), ("email", "a@example.com"))).ShouldBe(807, "Request Queued");
        await RunAsync(host);

        var owned = await host.GetAsync("/api/v1/get-license-keys?owner_email=a@example.com");
        Assert.Equal(2, owned.Response.GetProperty("license_keys").GetArrayLength());
    }

    [Fact]
    public async Task What_is_wrong_is_told_at_once()
    {
        await using var host = await ApiHost.StartAsync();
        var product = await host.ProductAsync();

        (await host.PostAsync(Path, ("product_id", "77"), ("quantity", "1"))).ShouldBe(805, "Product not found");
        (await QueueAsync(host, product, 1, ("generate", "1"))).ShouldBe(806, "Generator not found");
        (await QueueAsync(host, product, 0)).ShouldBe(825, "Incorrect data found");
        foreach (var url in new[] { "ftp://example.com/", "nonsense", "file:///etc/passwd", "/relative" })
            (await QueueAsync(host, product, 1, ("webhook_url", url))).ShouldBe(825, "Incorrect data found");
    }

    [Fact]
    public async Task A_target_that_fails_is_tried_again_with_growing_pauses_and_given_up_after_a_day()
    {
        await using var target = await WebhookTarget.StartAsync();
        var clock = new ManualTimeProvider();
        await using var host = await ApiHost.StartAsync(time: clock, settings: AllowPrivate);
        var product = await host.ProductAsync();
        await host.AvailableAsync(product, 1);
        target.Status = HttpStatusCode.Redirect;
        await QueueAsync(host, product, 1, ("webhook_url", target.Url));

        await RunAsync(host);
        await RunAsync(host);
        Assert.Single(target.Bodies);
        for (var minutes = 0; minutes < 27 * 60; minutes++)
        {
            clock.Advance(TimeSpan.FromMinutes(1));
            await RunAsync(host);
        }

        Assert.InRange(target.Bodies.Count, 12, 24);
        Assert.Contains(host.Log.All, line => line.Contains("was not delivered", StringComparison.Ordinal));
        Assert.DoesNotContain(await host.AllRowsAsync(), row => row.Contains(" jobs ", StringComparison.Ordinal));
        Assert.Equal(0, await host.CountAvailableAsync(product));
    }

    [Fact]
    public async Task A_private_target_is_never_reached_unless_a_setting_allows_it()
    {
        await using var target = await WebhookTarget.StartAsync();
        await using var host = await ApiHost.StartAsync();
        var product = await host.ProductAsync();
        await host.AvailableAsync(product, 1);

        await QueueAsync(host, product, 1, ("webhook_url", target.Url));
        await RunAsync(host);

        Assert.Empty(target.Bodies);
        Assert.Contains(host.Log.All, line => line.Contains("Forbidden", StringComparison.Ordinal));
        Assert.Equal(0, await host.CountAvailableAsync(product));
    }

    private static Task<SignedReply> QueueAsync(ApiHost host, Product product, int quantity, params (string, string)[] fields) =>
        host.PostAsync(Path, [("product_id", $"{product.Id}"), ("quantity", $"{quantity}"), .. fields]);

    private static Task RunAsync(ApiHost host) => host.Services.GetRequiredService<QueuedAssignments>().RunDueAsync(CancellationToken.None);
}
