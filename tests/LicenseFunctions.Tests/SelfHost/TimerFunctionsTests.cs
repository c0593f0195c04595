using LicenseFunctions.SelfHost;
using LicenseFunctions.Storage;
using LicenseFunctions.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace LicenseFunctions.Tests.SelfHost;

public sealed class TimerFunctionsTests
{
    [Fact]
    public async Task A_function_with_a_timer_runs_at_its_time()
    {
        // A moment before the half minute, when changes of requests that died are finished.
        var clock = new ManualTimeProvider(DateTimeOffset.Parse("2026-01-15T10:30:29.9Z", null));
        await using var host = await ApiHost.StartAsync(time: clock);
        var partition = new string('a', 64);
        await host.Store.CommitAsync(
            TableNames.Listing, "pending", [RowChange.Insert($"{partition}.x", new() { ["marked_at"] = 0 })], CancellationToken.None);
        using var timers = ActivatorUtilities.CreateInstance<TimerFunctions>(host.Services);

        await timers.StartAsync(CancellationToken.None);
        await Eventually.HoldsAsync(async () => await FindAsync(host, partition) is null);
        await timers.StopAsync(CancellationToken.None);
    }

    private static ValueTask<Row?> FindAsync(ApiHost host, string partition) =>
        host.Store.FindAsync(TableNames.Listing, "pending", $"{partition}.x", CancellationToken.None);
}
