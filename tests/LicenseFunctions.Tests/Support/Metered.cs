using LicenseFunctions.Licensing;
using LicenseFunctions.Signing;
using LicenseFunctions.Signing.LocalKeys;
using LicenseFunctions.Storage.Sqlite;

namespace LicenseFunctions.Tests.Support;

/// <summary>What one request cost.</summary>
public sealed record Cost(int Trips, IReadOnlyList<StoreCall> Calls, int Signings)
{
    public int Operations => Calls.Count;

    public override string ToString() => $"{Trips} trips, {Operations} operations, {Signings} signings: {string.Join(", ", Calls)}";
}

/// <summary>The application on a store and a signer that count, with a clock that stands still.</summary>
public sealed class Metered : IAsyncDisposable
{
    private static readonly TemporaryFolder Keys = new();

    private readonly (string Name, string Value)[] _settings;
    private readonly SqliteTableStore _inner;
    private readonly TemporaryFolder _folder;
    private readonly CountingStore _store;
    private readonly CountingSigner _signer = new(new LocalKeySigner(Keys.Path, TimeProvider.System));

    private Metered(SqliteTableStore inner, TemporaryFolder folder, (string, string)[] settings) =>
        (_inner, _folder, _store, _settings) = (inner, folder, new CountingStore(inner), settings);

    public ManualTimeProvider Time { get; } = new(DateTimeOffset.UtcNow);

    public ApiHost Host { get; private set; } = null!;

    public License License { get; private set; } = null!;

    public static async Task<Metered> StartAsync(params (string, string)[] settings)
    {
        var folder = new TemporaryFolder();
        var metered = new Metered(await SqliteTableStore.OpenAsync(folder["licenses.db"], default), folder, settings);
        metered.Host = await metered.NewHostAsync();
        metered.License = await metered.Host.LicenseAsync();
        return metered;
    }

    /// <summary>The cost at an instance that served the same kind of request before.</summary>
    /// <remarks>The least of three: a machine that stalls between two operations of one trip makes it look like two.</remarks>
    public async Task<Cost> WarmAsync(Func<ApiHost, int, Task> request, int before = 2)
    {
        for (var i = 0; i < before; i++)
            await request(Host, 1000 + i);
        return await LeastAsync(i => MeasureAsync(() => request(Host, i)));
    }

    /// <summary>The cost at an instance that has served nothing, apart from its signing keys.</summary>
    public Task<Cost> ColdAsync(Func<ApiHost, int, Task> request) => LeastAsync(async i =>
    {
        await using var host = await NewHostAsync();
        await host.Keys.GlobalAsync(default);
        return await MeasureAsync(() => request(host, 100 + i));
    });

    public async Task<Cost> MeasureAsync(Func<Task> request)
    {
        var signings = _signer.Signings;
        var (trips, calls) = await _store.MeasureAsync(request);
        return new(trips, calls, _signer.Signings - signings);
    }

    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        await _inner.DisposeAsync();
        _folder.Dispose();
    }

    private Task<ApiHost> NewHostAsync() => ApiHost.StartAsync(_store, _signer, Time, _settings);

    private static async Task<Cost> LeastAsync(Func<int, Task<Cost>> measure)
    {
        var costs = new List<Cost>();
        for (var i = 0; i < 3; i++)
            costs.Add(await measure(i));
        return costs.MinBy(cost => (cost.Trips, cost.Operations))!;
    }
}
