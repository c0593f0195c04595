using LicenseFunctions.Licensing;
using LicenseFunctions.Licensing.Listing;
using LicenseFunctions.Limits;
using LicenseFunctions.Storage;
using LicenseFunctions.Storage.Sqlite;
using LicenseFunctions.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace LicenseFunctions.Tests.Licensing;

public sealed class BusyLicenseTests : IAsyncLifetime
{
    private SqliteTableStore _inner = null!;
    private CountingStore _store = null!;

    private TemporaryFolder Folder { get; } = new();

    public async Task InitializeAsync()
    {
        _inner = await SqliteTableStore.OpenAsync(Folder["licenses.db"], default);
        _store = new CountingStore(_inner);
    }

    public async Task DisposeAsync()
    {
        await _inner.DisposeAsync();
        Folder.Dispose();
    }

    /// <summary>What the second remembers of a row that it reads again late must not be proved by what it has read since.</summary>
    [Fact]
    public async Task What_another_instance_activated_is_known_after_other_requests_too()
    {
        await using var first = await ApiHost.StartAsync(_store);
        await using var second = await ApiHost.StartAsync(_store);
        var license = await first.LicenseAsync(each => each with { ActivationLimit = 3 });
        Assert.NotNull((await second.GetDomainAsync("/verify", license.Key, "late.example")).Error);
        Assert.Null((await first.PostDomainAsync("/activate", license.Key, "early.example")).Error);
        Assert.Null((await first.PostDomainAsync("/activate", license.Key, "late.example")).Error);

        for (var i = 0; i < 4; i++)
            Assert.Null((await second.GetDomainAsync("/verify", license.Key, "early.example")).Error);

        Assert.Null((await second.GetDomainAsync("/verify", license.Key, "late.example")).Error);
    }

    /// <summary>A table service answers reads in any order: here what is read beside the license is older than the license.</summary>
    [Fact]
    public async Task What_another_instance_activates_while_the_license_is_first_read_is_known_to_the_next_request()
    {
        await using var first = await ApiHost.StartAsync(_inner);
        await using var second = await ApiHost.StartAsync(_store);
        var license = await first.LicenseAsync();
        var (older, once) = (new TaskCompletionSource(), 0);
        _store.After = call =>
        {
            if (call is { Kind: "find", Table: TableNames.Licenses })
                older.TrySetResult();
        };
        _store.Before = async call =>
        {
            if (call is not { Kind: "list", Table: TableNames.Licenses } || Interlocked.Exchange(ref once, 1) != 0)
                return;
            await older.Task;
            Assert.Null((await first.PostDomainAsync("/activate", license.Key, "d.example")).Error);
        };
        var meanwhile = await second.GetDomainAsync("/verify", license.Key, "d.example");

        var afterwards = await second.GetDomainAsync("/verify", license.Key, "d.example");

        Assert.Equal("invalid_domain", meanwhile.Error);
        Assert.Null(afterwards.Error);
    }

    [Fact]
    public async Task A_change_that_is_made_is_answered_though_its_lists_are_busy_and_they_follow()
    {
        await using var host = await ApiHost.StartAsync(_store);
        var license = await host.LicenseAsync(each => each with { Status = LicenseStatus.Available, AssignedAt = null });
        var lists = host.Services.GetRequiredService<LicenseLists>();
        var busy = new TaskCompletionSource();
        _store.Before = call => call is { IsCommit: true, Table: TableNames.Listing } && call.Partition != "pending" ? busy.Task : Task.CompletedTask;

        var answer = await host.PostAsync("/api/v1/update-license-key", ("license_key", license.Key), ("status", "blocked")).WaitAsync(Eventually.Patience);

        Assert.Equal(200, answer.Status);
        Assert.Equal(1, await lists.CountAsync(license.ProductId, LicenseStatus.Available, default));
        busy.SetResult();
        await Eventually.HoldsAsync(async () => await lists.CountAsync(license.ProductId, LicenseStatus.Available, default) == 0);
    }

    [Fact]
    public async Task A_hundred_verifications_at_once_are_counted_to_the_last_in_few_commits()
    {
        await using var host = await ApiHost.StartAsync(_store);
        var license = await host.LicenseAsync();
        await host.PostDomainAsync("/activate", license.Key, "d.example");
        var before = _store.Commits(TableNames.Licenses);
        // So long that most of them wait for the first commits, also where the machine is slow.
        _store.Before = call => call is { IsCommit: true, Table: TableNames.Licenses } ? Task.Delay(100) : Task.CompletedTask;

        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => host.GetDomainAsync("/verify", license.Key, "d.example")));

        Assert.All(answers, each => Assert.Null(each.Error));
        Assert.InRange(_store.Commits(TableNames.Licenses) - before, 5, 40);
        var status = (await host.GetDomainAsync("/status", license.Key)).Body.GetProperty("license");
        Assert.Equal(100, status.GetProperty("verification_count").GetInt32());
        Assert.Equal(100, status.GetProperty("domain").GetProperty("verification_count").GetInt32());
    }

    [Fact]
    public async Task Conflicts_without_end_are_a_503_with_Retry_After()
    {
        var time = new ManualTimeProvider();
        await using var host = await ApiHost.StartAsync(_store, time: time);
        var license = await host.LicenseAsync();
        _store.Loses = call =>
        {
            time.Advance(TimeSpan.FromSeconds(3));
            return call.Table == TableNames.Licenses;
        };

        var answer = await host.PostDomainAsync("/activate", license.Key, "d.example");

        Assert.Equal(503, answer.Status);
        Assert.NotEmpty(answer.Header("Retry-After"));
        _store.Loses = _ => false;
        Assert.Equal(200, (await host.PostDomainAsync("/activate", license.Key, "d.example")).Status);
    }

    [Fact]
    public async Task An_activation_and_its_removal_may_wait_together()
    {
        await using var host = await ApiHost.StartAsync(_store, settings: [("RateLimits:DomainActivatePerMinute", "0"), ("RateLimits:DomainDeactivatePerMinute", "0")]);
        var license = await host.LicenseAsync();
        _store.Before = _ => Task.Delay(1);

        var answers = await Task.WhenAll(Enumerable.Range(0, 60).Select(i =>
            host.PostDomainAsync(i % 2 == 0 ? "/activate" : "/deactivate", license.Key, $"d{i % 3}.example")));

        Assert.DoesNotContain(answers, each => each.Status == 503);
        var rows = await _inner.ListAsync(new(TableNames.Licenses, LicenseRows.Partition(license.Key)), default).ToListAsync();
        var active = rows.Count(row => row.Key.StartsWith(LicenseRows.Activation(""), StringComparison.Ordinal));
        Assert.Equal(active, rows.Single(row => row.Key == LicenseRows.License).Values.GetNumber("active_count"));
        Assert.Equal(active, rows.Count(row => row.Key.StartsWith(LicenseRows.Recent, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_store_slower_than_a_lease_still_lets_requests_through()
    {
        var time = new ManualTimeProvider();
        _store.Before = call =>
        {
            if (call.IsCommit)
                time.Advance(TimeSpan.FromMilliseconds(700));
            return Task.CompletedTask;
        };
        var limiter = new LeasedLimiter(_store, time);

        for (var i = 0; i < 20; i++)
            Assert.True((await limiter.TakeAsync("key", 60_000, null, default).WaitAsync(Eventually.Patience)).Admitted);

        Assert.InRange(_store.Commits(TableNames.Limits), 1, 8);
    }

    [Fact]
    public async Task A_renewal_that_began_in_an_outage_does_not_fail_who_comes_after_it()
    {
        var limiter = new LeasedLimiter(_store, TimeProvider.System);
        var (begun, over) = (new TaskCompletionSource(), new TaskCompletionSource());
        _store.Before = async call =>
        {
            if (!begun.TrySetResult())
                return;
            await over.Task;
            throw new StorageUnavailableException($"{call} in an outage");
        };
        var during = limiter.TakeAsync("key", 60_000, null, default);
        await begun.Task;
        var after = limiter.TakeAsync("key", 60_000, null, default);

        over.SetResult();

        await Assert.ThrowsAsync<StorageUnavailableException>(() => during);
        Assert.True((await after).Admitted);
    }

    [Fact]
    public async Task A_product_that_is_being_read_in_an_outage_is_read_again_by_who_comes_after_it()
    {
        await using var host = await ApiHost.StartAsync(_store);
        var product = (await host.LicenseAsync()).ProductId;
        var products = new Products(_store, null!, null!, TimeProvider.System);
        var (begun, over) = (new TaskCompletionSource(), new TaskCompletionSource());
        _store.Before = async call =>
        {
            if (call is not { Kind: "find", Table: TableNames.Catalog } || !begun.TrySetResult())
                return;
            await over.Task;
            throw new StorageUnavailableException($"{call} in an outage");
        };
        var during = products.FindAsync(product, default).AsTask();
        await begun.Task;
        var after = products.FindAsync(product, default).AsTask();

        over.SetResult();

        await Assert.ThrowsAsync<StorageUnavailableException>(() => during);
        Assert.NotNull(await after);
    }

    [Fact]
    public async Task A_claim_whose_maker_died_does_not_leave_the_store_without_a_key()
    {
        var time = new ManualTimeProvider();
        var claim = new RowValues { ["claimed_at"] = time.GetUtcNow().ToUnixTimeMilliseconds() };
        await _inner.CommitAsync(TableNames.ApiKeys, "first", [RowChange.Insert("claim", claim)], default);
        _store.Before = _ =>
        {
            time.Advance(TimeSpan.FromSeconds(3));
            return Task.CompletedTask;
        };

        var first = await new FirstApiKey(_store, new ApiKeys(_store, new ApiKeyUse(_store, time), time), time).EnsureAsync(null, default).WaitAsync(Eventually.Patience);

        Assert.NotNull(first);
        Assert.Null(await new FirstApiKey(_store, new ApiKeys(_store, new ApiKeyUse(_store, time), time), time).EnsureAsync(null, default));
    }
}
