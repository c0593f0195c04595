using LicenseFunctions.Licensing;
using LicenseFunctions.Storage;
using LicenseFunctions.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace LicenseFunctions.Tests.Licensing;

public sealed class TelemetryTests
{
    private static readonly TelemetryEntry Draft = new() { DataType = "text", DataGroup = "g", Data = "x", IsCorrectFormat = true };

    private readonly ManualTimeProvider _time = new();

    [Fact]
    public async Task The_newest_thousand_are_found_newest_first_across_all_shards()
    {
        await using var host = await ApiHost.StartAsync(time: _time);
        var telemetry = host.Services.GetRequiredService<Telemetry>();
        await Parallel.ForAsync(0, 1100, async (_, cancel) => await telemetry.SaveAsync(Draft, null, cancel));

        var found = await telemetry.FindAsync(new() { DataGroup = "g" }, default);

        Assert.Equal(Telemetry.MostFound, found.Count);
        Assert.Equal(Enumerable.Range(101, 1000).Reverse().Select(id => (long)id), found.Select(entry => entry.Id));
    }

    [Fact]
    public async Task Many_entries_of_one_license_are_read_page_by_page()
    {
        await using var host = await ApiHost.StartAsync(time: _time);
        var telemetry = host.Services.GetRequiredService<Telemetry>();
        await Parallel.ForAsync(0, 2100, async (i, cancel) => await telemetry.SaveAsync(Draft with { LicenseKey = "L", DataGroup = i < 5 ? "rare" : "g" }, null, cancel));

        var found = await telemetry.FindAsync(new() { LicenseKey = "L", DataGroup = "rare" }, default);

        Assert.Equal(5, found.Count);
    }

    [Fact]
    public async Task An_answer_ends_before_its_data_grows_too_large()
    {
        await using var host = await ApiHost.StartAsync(time: _time);
        var telemetry = host.Services.GetRequiredService<Telemetry>();
        var large = Draft with { Data = new string('x', 10_000) };
        await Parallel.ForAsync(0, 120, async (_, cancel) => await telemetry.SaveAsync(large, null, cancel));

        var found = await telemetry.FindAsync(new(), default);

        Assert.Equal(Telemetry.MostCharacters / 10_000, found.Count);
    }

    [Fact]
    public async Task What_is_older_than_the_setting_goes_from_every_partition_and_the_rest_stays()
    {
        await using var host = await ApiHost.StartAsync(time: _time, settings: ("Retention:Days", "30"));
        var telemetry = host.Services.GetRequiredService<Telemetry>();
        var named = Draft with { LicenseKey = "L", UserIdentifier = "u", ProductId = 7 };
        for (var i = 0; i < 40; i++)
            await telemetry.SaveAsync(named, null, default);
        _time.Advance(TimeSpan.FromDays(30));
        var kept = await telemetry.SaveAsync(named, null, default);
        _time.Advance(TimeSpan.FromMilliseconds(1));

        await new LicenseFunctions.Functions.RemoveOldTelemetry(
            host.Services.GetRequiredService<TelemetryRetention>(), host.Services.GetRequiredService<LicensingOptions>()).Run(new(), default);

        var rows = await RowsAsync(host);
        Assert.Equal(6, rows.Count);
        Assert.All(rows, row => Assert.Equal(kept.Id, row.Values.GetNumber("id")));
    }

    [Fact]
    public async Task A_removal_that_was_broken_off_is_finished_by_the_next()
    {
        await using var host = await ApiHost.StartAsync(time: _time);
        var telemetry = host.Services.GetRequiredService<Telemetry>();
        for (var i = 0; i < 40; i++)
            await telemetry.SaveAsync(Draft with { LicenseKey = "L" }, null, default);
        var copies = (await RowsAsync(host)).Where(row => row.Partition.StartsWith("license.", StringComparison.Ordinal)).Take(3);
        foreach (var row in copies)
            await host.Store.CommitAsync(TableNames.Telemetry, row.Partition, [RowChange.Delete(row.Key, row.ETag)], default);
        _time.Advance(TimeSpan.FromDays(401));

        await host.Services.GetRequiredService<TelemetryRetention>().RemoveAsync(TimeSpan.FromDays(400), default);

        Assert.Empty(await RowsAsync(host));
    }

    [AzuriteFact]
    public async Task On_table_storage_it_is_the_same()
    {
        await using var host = await ApiHost.StartAsync(await Azurite.NewStoreAsync(), time: _time);
        var telemetry = host.Services.GetRequiredService<Telemetry>();
        await Parallel.ForAsync(0, 60, async (_, cancel) => await telemetry.SaveAsync(Draft with { LicenseKey = "L" }, null, cancel));

        Assert.Equal(60, (await telemetry.FindAsync(new() { DataGroup = "g", DataType = "text" }, default)).Count);
        Assert.Equal(60, (await telemetry.FindAsync(new() { LicenseKey = "L", HasRedFlags = true }, default)).Count);
        _time.Advance(TimeSpan.FromDays(401));
        await host.Services.GetRequiredService<TelemetryRetention>().RemoveAsync(TimeSpan.FromDays(400), default);
        Assert.Empty(await RowsAsync(host));
    }

    private static async Task<List<Row>> RowsAsync(ApiHost host)
    {
        var rows = new List<Row>();
        await foreach (var row in host.Store.ListAsync(new(TableNames.Telemetry, null), default))
            rows.Add(row);
        return rows;
    }
}
