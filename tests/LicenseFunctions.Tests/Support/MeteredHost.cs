using System.Diagnostics;
using LicenseFunctions.Observability;
using LicenseFunctions.Storage.Sqlite;
using Microsoft.Extensions.DependencyInjection;

namespace LicenseFunctions.Tests.Support;

/// <summary>The application with somebody who listens to all that it measures.</summary>
internal sealed class MeteredHost : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Meters _ofStore = new();
    private readonly ActivityListener _activities = new();
    private SqliteTableStore _store = null!;

    public ApiHost Host { get; private set; } = null!;

    public MeterReadings Readings { get; private set; } = null!;

    /// <summary>The spans that ended.</summary>
    public List<Activity> Spans { get; } = [];

    public DyingStore Store { get; private set; } = null!;

    public static async Task<MeteredHost> StartAsync(params (string Name, string Value)[] settings)
    {
        var metered = new MeteredHost();
        metered._store = await SqliteTableStore.OpenAsync(metered._folder["licenses.db"], default);
        metered.Store = new DyingStore(metered._store);
        metered.Host = await ApiHost.StartAsync(new MeteredStore(metered.Store, "sqlite", metered._ofStore), settings: settings);
        metered.Listen(metered.Host.Services.GetRequiredService<Meters>());
        return metered;
    }

    private void Listen(Meters ofHost)
    {
        Readings = new(_ofStore, ofHost);
        _activities.ShouldListenTo = source => source == ofHost.Activities || source == _ofStore.Activities;
        _activities.Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded;
        _activities.ActivityStopped = activity =>
        {
            lock (Spans)
                Spans.Add(activity);
        };
        ActivitySource.AddActivityListener(_activities);
    }

    public async ValueTask DisposeAsync()
    {
        _activities.Dispose();
        Readings.Dispose();
        await Host.DisposeAsync();
        await _store.DisposeAsync();
        _ofStore.Dispose();
        _folder.Dispose();
    }
}
