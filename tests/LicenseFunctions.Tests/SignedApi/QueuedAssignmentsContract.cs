using System.Net;
using System.Text;
using LicenseFunctions.Licensing;
using LicenseFunctions.Licensing.Claiming;
using LicenseFunctions.SignedApi;
using LicenseFunctions.Storage;
using LicenseFunctions.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace LicenseFunctions.Tests.SignedApi;

public sealed class QueuedAssignmentsTests : QueuedAssignmentsContract;

[NeedsAzurite]
public sealed class QueuedAssignmentsOnAzureTablesTests : QueuedAssignmentsContract;

/// <summary>From the queue to the posted result, on each kind of store.</summary>
public abstract class QueuedAssignmentsContract : StoreSuite
{
    private const string Path = "/api/v1/random-assign-license-keys-queued";
    private static readonly (string, string) AllowPrivate = ("Webhooks:AllowPrivateTargets", "true");

    [StoreFact]
    public async Task The_answer_of_the_direct_call_is_posted_later_with_the_identifier()
    {
        await using var target = await WebhookTarget.StartAsync();
        var clock = new ManualTimeProvider();
        await using var host = await ApiHost.StartAsync(Store, time: clock, settings: AllowPrivate);
        var product = await host.ProductAsync();
        await host.AvailableAsync(product, 3);

        var answer = await QueueAsync(host, product, 2, ("webhook_url", target.Url), ("identifier", "31"));
        answer.ShouldSay("global", $"\"code\":807,\"message\":\"Request Queued\",\"timestamp\":{clock.GetUtcNow().ToUnixTimeSeconds()}");
        await RunAsync(host);

        var posted = await target.ReadAsync(host);
        posted.ShouldBe(803, "License keys assigned");
        Assert.Equal("code message license_keys identifier timestamp", posted.Response.Names());
        Assert.Equal("31", posted.Response.GetProperty("identifier").GetString());
        Assert.Equal(2, posted.Response.GetProperty("license_keys").GetArrayLength());
        Assert.Equal(1, await host.CountAvailableAsync(product));
        await RunAsync(host);
        Assert.Single(target.Bodies);
        Assert.DoesNotContain(await host.AllRowsAsync(), row => row.Contains(" jobs ", StringComparison.Ordinal) || row.Contains(" claim.", StringComparison.Ordinal));
    }

    [StoreTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_job_begun_by_an_instance_that_died_is_finished_without_claiming_twice(bool generates)
    {
        await using var target = await WebhookTarget.StartAsync();
        var (store, clock) = (new DyingStore(Store), new ManualTimeProvider());
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

        var posted = await target.ReadAsync(host);
        var keys = posted.Response.GetProperty("license_keys").EnumerateArray().Select(each => each.GetProperty("license_key").GetString()).ToArray();
        Assert.Equal(12, keys.Distinct().Count());
        var owned = await host.GetAsync("/api/v1/get-license-keys?owner_email=a@example.com&per_page=100");
        Assert.Equal(keys.Order(), owned.Response.GetProperty("license_keys").EnumerateArray().Select(each => each.GetProperty("license_key").GetString()).Order());
        Assert.Equal(generates ? 0 : 18, await host.CountAvailableAsync(product));
    }

    [StoreFact]
    public async Task Two_instances_do_a_job_once()
    {
        await using var target = await WebhookTarget.StartAsync();
        await using var first = await ApiHost.StartAsync(Store, settings: AllowPrivate);
        await using var second = await ApiHost.StartAsync(Store, settings: AllowPrivate);
        var product = await first.ProductAsync();
        await first.AvailableAsync(product, 40);
        for (var i = 0; i < 10; i++)
            await QueueAsync(first, product, 2, ("webhook_url", target.Url), ("identifier", $"{i}"));

        await Task.WhenAll(RunAsync(first), RunAsync(second));

        Assert.Equal(10, target.Bodies.Count);
        Assert.Equal(20, await first.CountAvailableAsync(product));
    }

    [StoreFact]
    public async Task A_job_that_waited_for_its_turn_so_long_that_another_instance_took_it_is_left_to_that()
    {
        var clock = new ManualTimeProvider();
        await using var first = await ApiHost.StartAsync(Store, time: clock);
        await using var second = await ApiHost.StartAsync(Store, time: clock);
        var product = await first.ProductAsync();
        await first.AvailableAsync(product, 5);
        await QueueAsync(first, product, 3);
        var taken = Assert.Single(await JobsOf(first).TakeDueAsync(CancellationToken.None));
        clock.Advance(TimeSpan.FromMinutes(11));
        var again = Assert.Single(await JobsOf(second).TakeDueAsync(CancellationToken.None));

        Assert.Null(await JobsOf(first).AssignAsync(taken, CancellationToken.None));

        Assert.Equal(5, await first.CountAvailableAsync(product));
        Assert.NotNull(await JobsOf(second).AssignAsync(again, CancellationToken.None));
        Assert.Equal(2, await first.CountAvailableAsync(product));
    }

    [StoreFact]
    public async Task A_job_has_all_of_its_lease_from_when_it_is_begun()
    {
        var (store, clock) = (new CountingStore(Store), new ManualTimeProvider());
        await using var first = await ApiHost.StartAsync(store, time: clock);
        await using var second = await ApiHost.StartAsync(Store, time: clock);
        var product = await first.ProductAsync();
        await first.AvailableAsync(product, 5);
        await QueueAsync(first, product, 3);
        var taken = Assert.Single(await JobsOf(first).TakeDueAsync(CancellationToken.None));
        clock.Advance(TimeSpan.FromMinutes(9));
        var due = new Lazy<Task<IReadOnlyList<AssignmentJob>>>(() =>
        {
            clock.Advance(TimeSpan.FromMinutes(9));
            return JobsOf(second).TakeDueAsync(CancellationToken.None);
        });
        store.Before = call => call is { IsCommit: true, Table: TableNames.Licenses } ? due.Value : Task.CompletedTask;

        Assert.NotNull(await JobsOf(first).AssignAsync(taken, CancellationToken.None));

        Assert.Empty(await due.Value);
    }

    /// <summary>Of an instance that died between saying that there is nothing to give and giving back.</summary>
    [StoreFact]
    public async Task What_a_job_had_claimed_that_came_to_nothing_is_given_back_by_who_goes_on()
    {
        var clock = new ManualTimeProvider();
        await using var host = await ApiHost.StartAsync(Store, time: clock);
        foreach (var state in (AssignmentJobState[])[AssignmentJobState.NotEnough, AssignmentJobState.BeyondGenerator])
        {
            var product = await host.ProductAsync();
            await host.AvailableAsync(product, 5);
            await QueueAsync(host, product, 3);
            var claimed = (await JobsOf(host).AssignAsync(await TakeAsync(), CancellationToken.None))!;
            var row = (await Store.FindAsync(TableNames.Idempotency, "jobs", AssignmentJob.Prefix + claimed.Id, default))!;
            var values = row.Values.Copy();
            values["state"] = state.ToString();
            await Store.CommitAsync(TableNames.Idempotency, row.Partition, [RowChange.Replace(row.Key, values, row.ETag)], default);
            Assert.Equal(2, await host.CountAvailableAsync(product));
            clock.Advance(TimeSpan.FromMinutes(11));

            Assert.NotNull(await JobsOf(host).AssignAsync(await TakeAsync(), CancellationToken.None));

            Assert.Equal(5, await host.CountAvailableAsync(product));

            async Task<AssignmentJob> TakeAsync() =>
                (await JobsOf(host).TakeDueAsync(CancellationToken.None)).Single(job => job.ProductId == product.Id);
        }
    }

    private static AssignmentJobs JobsOf(ApiHost host) => host.Services.GetRequiredService<AssignmentJobs>();

    private static Task<SignedReply> QueueAsync(ApiHost host, Product product, int quantity, params (string, string)[] fields) =>
        host.PostAsync(Path, [("product_id", $"{product.Id}"), ("quantity", $"{quantity}"), .. fields]);

    private static Task RunAsync(ApiHost host) => host.Services.GetRequiredService<QueuedAssignments>().RunDueAsync(CancellationToken.None);
}
