using System.Net;
using System.Text;
using LicenseFunctions.Licensing;
using LicenseFunctions.Licensing.Claiming;
using LicenseFunctions.SignedApi;
using LicenseFunctions.Storage;
using LicenseFunctions.Storage.Sqlite;
using LicenseFunctions.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace LicenseFunctions.Tests.SignedApi.Functions;

public sealed class RandomAssignLicenseKeysQueuedTests
{
    private const string Path = "/api/v1/random-assign-license-keys-queued";
    private static readonly (string, string) AllowPrivate = ("Webhooks:AllowPrivateTargets", "true");

    [Fact]
    public async Task The_answer_of_the_direct_call_is_posted_later_with_the_identifier()
    {
        await using var target = await WebhookTarget.StartAsync();
        var clock = new ManualTimeProvider();
        await using var host = await ApiHost.StartAsync(time: clock, settings: AllowPrivate);
        var product = await host.ProductAsync();
        await host.AvailableAsync(product, 3);

        var answer = await QueueAsync(host, product, 2, ("webhook_url", target.Url), ("identifier", "31"));
        answer.ShouldSay("global", $"\"code\":807,\"message\":\"Request Queued\",\"timestamp\":{clock.GetUtcNow().ToUnixTimeSeconds()}");
        await RunAsync(host);

        var posted = await ReadAsync(host, target);
        posted.ShouldBe(803, "License keys assigned");
        Assert.Equal("code message license_keys identifier timestamp", posted.Response.Names());
        Assert.Equal("31", posted.Response.GetProperty("identifier").GetString());
        Assert.Equal(2, posted.Response.GetProperty("license_keys").GetArrayLength());
        Assert.Equal(1, await host.CountAvailableAsync(product));
        await RunAsync(host);
        Assert.Single(target.Bodies);
        Assert.DoesNotContain(await host.AllRowsAsync(), row => row.Contains(" jobs ", StringComparison.Ordinal) || row.Contains(" claim.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_shortage_is_posted_too()
    {
        await using var target = await WebhookTarget.StartAsync();
        await using var host = await ApiHost.StartAsync(settings: AllowPrivate);
        var product = await host.ProductAsync();
        await host.AvailableAsync(product, 3);

        await QueueAsync(host, product, 4, ("webhook_url", target.Url));
        await RunAsync(host);

        var posted = await ReadAsync(host, target);
        posted.ShouldBe(802, "Insufficient license keys");
        Assert.Equal(3, posted.Response.GetProperty("available_quantity").GetInt32());
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

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_job_begun_by_an_instance_that_died_is_finished_without_claiming_twice(bool generates)
    {
        await using var target = await WebhookTarget.StartAsync();
        using var folder = new TemporaryFolder();
        await using var sqlite = await SqliteTableStore.OpenAsync(folder["licenses.db"], CancellationToken.None);
        var (store, clock) = (new DyingStore(sqlite), new ManualTimeProvider());
        await using var host = await ApiHost.StartAsync(store, time: clock, settings: AllowPrivate);
        var product = await host.ProductAsync();
        await host.GeneratorAsync(product, draft => draft with { Prefix = "NEW-" });
        await host.AvailableAsync(product, generates ? 4 : 30);
        await QueueAsync(host, product, 12, ("webhook_url", target.Url), ("email", "a@example.com"), ("generate", generates ? "1" : "0"));
        var claims = 0;
        store.DiesAt = (table, _, changes) => table == TableNames.Licenses && Interlocked.Increment(ref claims) > (generates ? 12 : 7);
        await RunAsync(host);
        store.Revive();
        Assert.Empty(target.Bodies);

        clock.Advance(TimeSpan.FromMinutes(11));
        await RunAsync(host);
        await host.Services.GetRequiredService<CreationPlans>().FinishOverdueAsync(CancellationToken.None);
        await host.Services.GetRequiredService<LicenseFunctions.Licensing.Listing.LicenseOutbox>().ReplayOverdueAsync(CancellationToken.None);

        var posted = await ReadAsync(host, target);
        var keys = posted.Response.GetProperty("license_keys").EnumerateArray().Select(each => each.GetProperty("license_key").GetString()).ToArray();
        Assert.Equal(12, keys.Distinct().Count());
        var owned = await host.GetAsync("/api/v1/get-license-keys?owner_email=a@example.com&per_page=100");
        Assert.Equal(keys.Order(), owned.Response.GetProperty("license_keys").EnumerateArray().Select(each => each.GetProperty("license_key").GetString()).Order());
        Assert.Equal(generates ? 0 : 18, await host.CountAvailableAsync(product));
    }

    [Fact]
    public async Task A_job_whose_instance_died_when_it_was_done_leaves_nothing()
    {
        using var folder = new TemporaryFolder();
        await using var sqlite = await SqliteTableStore.OpenAsync(folder["licenses.db"], CancellationToken.None);
        var store = new DyingStore(sqlite);
        await using var host = await ApiHost.StartAsync(store);
        var product = await host.ProductAsync();
        await host.AvailableAsync(product, 5);
        await QueueAsync(host, product, 3);
        store.DiesAt = (_, partition, changes) => partition.StartsWith("claim.", StringComparison.Ordinal) && changes[0].Kind == RowChangeKind.Delete;
        await RunAsync(host);
        Assert.True(store.IsDead);
        store.Revive();

        await host.Services.GetRequiredService<AssignmentJobs>().RemoveNotesAsync(CancellationToken.None);

        Assert.Equal(2, await host.CountAvailableAsync(product));
        Assert.DoesNotContain(await host.AllRowsAsync(), row => row.Contains(" claim", StringComparison.Ordinal) || row.Contains(" jobs ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Two_instances_do_a_job_once()
    {
        await using var target = await WebhookTarget.StartAsync();
        using var folder = new TemporaryFolder();
        await using var store = await SqliteTableStore.OpenAsync(folder["licenses.db"], CancellationToken.None);
        await using var first = await ApiHost.StartAsync(store, settings: AllowPrivate);
        await using var second = await ApiHost.StartAsync(store, settings: AllowPrivate);
        var product = await first.ProductAsync();
        await first.AvailableAsync(product, 40);
        for (var i = 0; i < 10; i++)
            await QueueAsync(first, product, 2, ("webhook_url", target.Url), ("identifier", $"{i}"));

        await Task.WhenAll(RunAsync(first), RunAsync(second));

        Assert.Equal(10, target.Bodies.Count);
        Assert.Equal(20, await first.CountAvailableAsync(product));
    }

    private static Task<SignedReply> QueueAsync(ApiHost host, Product product, int quantity, params (string, string)[] fields) =>
        host.PostAsync(Path, [("product_id", $"{product.Id}"), ("quantity", $"{quantity}"), .. fields]);

    private static Task RunAsync(ApiHost host) => host.Services.GetRequiredService<QueuedAssignments>().RunDueAsync(CancellationToken.None);

    private static async Task<SignedReply> ReadAsync(ApiHost host, WebhookTarget target)
    {
        var message = new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(Assert.Single(target.Bodies), Encoding.UTF8, "application/json") };
        message.Headers.Add("X-Signature-Key-Id", target.KeyId);
        return await SignedReply.ReadAsync(message, await host.Keys.AllAsync(CancellationToken.None));
    }
}
