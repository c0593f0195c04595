using LicenseFunctions.Licensing.Events;
using LicenseFunctions.Storage;
using LicenseFunctions.Tests.Support;
using LicenseFunctions.Webhooks;
using Microsoft.Extensions.DependencyInjection;

namespace LicenseFunctions.Tests.Webhooks;

public sealed class WebhookDeliveryTests : WebhookDeliveryContract;

[NeedsAzurite]
public sealed class WebhookDeliveryOnAzureTablesTests : WebhookDeliveryContract;

/// <summary>How events reach whoever subscribed, on each kind of store.</summary>
public abstract class WebhookDeliveryContract : StoreSuite
{
    private static readonly (string, string) AllowPrivate = ("Webhooks:AllowPrivateTargets", "true");

    [StoreFact]
    public async Task A_target_that_fails_and_breaks_off_still_gets_every_event()
    {
        await using var api = await WebhookHost.StartAsync(Store, "product.created");
        var turns = 0;
        api.Target.Before = context =>
        {
            if (Interlocked.Increment(ref turns) % 3 == 1)
                context.Abort();
            api.Target.Status = turns % 3 == 2 ? System.Net.HttpStatusCode.InternalServerError : System.Net.HttpStatusCode.OK;
            return Task.CompletedTask;
        };
        for (var i = 0; i < 5; i++)
            await api.Host.ProductAsync();
        var dispatcher = api.Get<WebhookDispatcher>();
        await Eventually.HoldsAsync(async () =>
        {
            // Past the pauses after the first failures, and within the day after which a delivery is given up.
            api.Clock.Advance(TimeSpan.FromMinutes(1));
            await dispatcher.RunDueAsync(default);
            return await WaitingAsync(api.Host.Store, api.Subscription.Id) == 0;
        });

        Assert.Equal(5, api.Target.Posts.Select(post => post.Headers["X-Webhook-Id"]).Distinct().Count());
        Assert.All(api.Target.Posts, WebhookHost.ShouldBeSigned);
    }

    [StoreFact]
    public async Task What_a_process_that_dies_after_its_change_leaves_is_told_by_the_timer()
    {
        var store = new DyingStore(Store);
        await using var api = await WebhookHost.StartAsync(store, "license.activated");
        var license = await api.Host.LicenseAsync();
        store.DiesAt = (table, _, _) => table == TableNames.Webhooks;
        await api.Host.PostAsync("/api/v1/activate", ("license_key", license.Key), ("identifier", "one"));
        store.Revive();
        Assert.Empty(api.Target.Posts);

        await api.ReplayOverdueAsync();

        await api.ReceivedAsync("license.activated");
        Assert.Single(api.Target.Posts);
    }

    [StoreFact]
    public async Task Private_targets_are_given_up_at_once_unless_a_setting_allows_them()
    {
        await using var target = await WebhookTarget.StartAsync();
        await using var host = await ApiHost.StartAsync(Store);
        var webhooks = host.Services.GetRequiredService<VendorWebhooks>();
        var (subscription, _) = await webhooks.AddAsync(target.Url, ["product.created"], null, default);
        await host.ProductAsync();
        await Eventually.HoldsAsync(async () => (await webhooks.DeadAsync(null, default)).Count > 0);

        Assert.Equal(subscription.Id, Assert.Single(await webhooks.DeadAsync(null, default)).Partition);
        Assert.Empty(target.Posts);
    }

    [StoreFact]
    public async Task Pauses_double_to_an_hour_and_after_a_day_a_delivery_is_dead_until_it_is_replayed()
    {
        var (store, time) = (Store, new ManualTimeProvider());
        var deliveries = new Deliveries(store, time);
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var delivery = new Delivery { Partition = "s", EventId = "evt_1", Event = "product.created", Body = [1], CreatedAt = now, FirstAt = now, DueAt = now };
        await deliveries.AddAsync(delivery, default);
        await deliveries.AddAsync(delivery, default);
        var pauses = new List<double>();
        while ((await deliveries.DeadAsync("s", default)).Count == 0)
        {
            var taken = Assert.Single(await deliveries.TakeDueAsync("s", 10, default));
            // Taken, it is nobody else's; added again, it stays one.
            Assert.Empty(await deliveries.TakeDueAsync("s", 10, default));
            await deliveries.AddAsync(delivery, default);
            if (!await deliveries.PostponeAsync(taken, false))
                break;
            var row = await FirstAsync(store);
            pauses.Add((row.DueAt - time.GetUtcNow().ToUnixTimeMilliseconds()) / 1000.0);
            time.Advance(TimeSpan.FromSeconds(pauses[^1]));
        }

        Assert.Equal([10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600, 3600], pauses.Take(11));
        Assert.InRange(pauses.Sum(), 86_400, 90_000);
        Assert.Equal("evt_1", Assert.Single(await deliveries.DeadAsync("s", default)).EventId);
        Assert.Equal(1, await deliveries.ReplayAsync("s", default));
        Assert.Empty(await deliveries.DeadAsync("s", default));
        await deliveries.FinishAsync(Assert.Single(await deliveries.TakeDueAsync("s", 10, default)));
        Assert.Equal(0, await WaitingAsync(store, "s"));
    }

    [StoreFact]
    public async Task A_target_that_hangs_keeps_no_other_from_anything()
    {
        // However slow the machine is, the one that hangs is waited for longer than all the others take.
        await using var api = await WebhookHost.StartAsync(Eventually.Patience, Store, "product.created");
        await using var silent = await WebhookReceiver.StartAsync(ReceiverManner.Hangs);
        await api.Get<VendorWebhooks>().AddAsync(silent.Url, ["product.created"], null, default);
        await api.Host.ProductAsync();
        await Eventually.HoldsAsync(() => silent.Asked == 1);

        // All of these happen while the first delivery is still unanswered.
        for (var i = 0; i < 20; i++)
            await api.Host.ProductAsync();
        await Eventually.HoldsAsync(() => api.Target.Posts.Count == 21);

        Assert.Equal(0, silent.GivenUp);
    }

    [StoreFact]
    public async Task What_an_instance_that_died_was_posting_another_one_posts()
    {
        var (dying, clock) = (new DyingStore(Store), new ManualTimeProvider());
        await using var silent = await WebhookReceiver.StartAsync(ReceiverManner.Hangs);
        var host = await ApiHost.StartAsync(dying, time: clock, settings: AllowPrivate);
        var (subscription, _) = await host.Services.GetRequiredService<VendorWebhooks>().AddAsync(silent.Url, ["product.created"], null, default);
        await host.ProductAsync();
        await Eventually.HoldsAsync(() => silent.Asked == 1);
        dying.DiesAt = (_, _, _) => true;
        await host.DisposeAsync();
        silent.Manner = ReceiverManner.Takes;

        await using var heir = await ApiHost.StartAsync(Store, time: clock, settings: AllowPrivate);
        await heir.Services.GetRequiredService<WebhookDispatcher>().RunDueAsync(default);
        Assert.Empty(silent.Accepted);
        clock.Advance(TimeSpan.FromSeconds(31));
        await heir.Services.GetRequiredService<WebhookDispatcher>().RunDueAsync(default);

        Assert.Single(silent.Accepted);
        Assert.Equal(0, await WaitingAsync(Store, subscription.Id));
    }

    private static async Task<Delivery> FirstAsync(ITableStore store)
    {
        await foreach (var row in store.ListAsync(new(TableNames.Webhooks, "s", "due."), default))
            return Delivery.From(row);
        throw new InvalidOperationException("Nothing waits.");
    }

    private static async Task<int> WaitingAsync(ITableStore store, string partition)
    {
        var count = 0;
        await foreach (var _ in store.ListAsync(new(TableNames.Webhooks, partition, "due."), default))
            count++;
        return count;
    }
}
