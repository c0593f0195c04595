using LicenseFunctions.Limits;
using LicenseFunctions.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using static LicenseFunctions.Tests.Functions.HealthTests;

namespace LicenseFunctions.Tests.Functions;

public sealed class HealthOnSqliteTests : HealthContract;

[NeedsAzurite]
public sealed class HealthOnAzureTablesTests : HealthContract;

/// <summary>What <c>/health/ready</c> tells of each kind of store.</summary>
public abstract class HealthContract : StoreSuite
{
    private readonly ManualTimeProvider _time = new();

    [StoreFact]
    public async Task A_store_that_takes_no_writes_is_told_until_it_does_again()
    {
        var store = new DyingStore(Store);
        await using var host = await ApiHost.StartAsync(store, time: _time);
        Assert.Equal((200, Ready), await ReadyAsync(host));

        store.DiesAt = (_, _, _) => true;
        Assert.Equal((503, NoStore), await ReadyAsync(host));
        store.Revive();

        Assert.Equal((200, Ready), await ReadyAsync(host));
    }

    [StoreFact]
    public async Task Instances_share_a_row_and_find_the_store_well_whoever_writes_or_removes_it()
    {
        await using var one = await ApiHost.StartAsync(Store, time: _time);
        await using var other = await ApiHost.StartAsync(Store, time: _time);

        for (var i = 0; i < 2; i++)
            Assert.All(await Task.WhenAll(ReadyAsync(one), ReadyAsync(other)), told => Assert.Equal((200, Ready), told));
        _time.Advance(TimeSpan.FromHours(2));
        await one.Services.GetRequiredService<StaleWindows>().RemoveAsync(default);

        Assert.Equal((200, Ready), await ReadyAsync(other));
    }

    private async Task<(int, string)> ReadyAsync(ApiHost host)
    {
        _time.Advance(TimeSpan.FromSeconds(2));
        return Told(await GetAsync(host, "ready"));
    }
}
