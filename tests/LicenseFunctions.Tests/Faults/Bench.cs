using LicenseFunctions.Checks;
using LicenseFunctions.Functions;
using LicenseFunctions.Signing;
using LicenseFunctions.Storage.Sqlite;
using LicenseFunctions.Tests.Contract;
using LicenseFunctions.Tests.Support;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;

namespace LicenseFunctions.Tests.Faults;

/// <summary>A store in which every case is prepared; each run starts an instance of its own on a copy of it.</summary>
internal sealed class Bench : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private Walk _walk = null!;

    private Bench()
    {
    }

    public IReadOnlyDictionary<string, PreparedRequest> Requests { get; private set; } = null!;

    /// <param name="only">The one case to prepare; null for all.</param>
    public static async Task<Bench> SetAsync(string? only = null)
    {
        var bench = new Bench();
        await using var store = await SqliteTableStore.OpenAsync(bench._folder["first.db"], default);
        bench._walk = await Walk.StartAsync(store);
        var requests = new Dictionary<string, PreparedRequest>();
        foreach (var (name, prepareAsync) in FaultCases.All.Where(each => only is null || each.Key == only))
            requests[name] = await prepareAsync(bench._walk);
        await RunTimersAsync(bench._walk.Host);
        bench.Requests = requests;
        return bench;
    }

    /// <summary>Runs something on an instance that has served nothing, on rows as they were prepared.</summary>
    public async Task<T> RunAsync<T>(Func<Instance, Task<T>> run, ISigner? signer = null)
    {
        using var folder = new TemporaryFolder();
        foreach (var file in Directory.GetFiles(_folder.Path, "first.db*"))
            File.Copy(file, folder[Path.GetFileName(file)]);
        await using var inner = await SqliteTableStore.OpenAsync(folder["first.db"], default);
        var (store, time) = (new FaultingStore(inner), new ShiftedTime());
        await using var host = await ApiHost.StartAsync(store, signer, time, ("Downloads:Path", _walk.Downloads));
        return await run(new(host, store, time));
    }

    public async ValueTask DisposeAsync()
    {
        await _walk.DisposeAsync();
        _folder.Dispose();
    }

    /// <summary>What the timers do.</summary>
    private static async Task RunTimersAsync(ApiHost host)
    {
        var changes = ActivatorUtilities.CreateInstance<FinishChanges>(host.Services);
        var queue = ActivatorUtilities.CreateInstance<RunQueuedAssignments>(host.Services);
        await queue.Run(new TimerInfo(), default);
        await queue.GiveBackClaims(new TimerInfo(), default);
        await queue.ForgetQueuedAssignments(new TimerInfo(), default);
        await changes.Run(new TimerInfo(), default);
        await ActivatorUtilities.CreateInstance<RemoveExpiredRecords>(host.Services).Run(new TimerInfo(), default);
    }

    /// <summary>One instance.</summary>
    internal sealed record Instance(ApiHost Host, FaultingStore Store, ShiftedTime Time)
    {
        /// <summary>A while later, when all that was left over is done.</summary>
        public async Task SettleAsync()
        {
            Store.Disarm();
            foreach (var later in (TimeSpan[])[TimeSpan.FromMinutes(20), TimeSpan.FromMinutes(20), TimeSpan.FromHours(30)])
            {
                Time.Advance(later);
                await RunTimersAsync(Host);
            }
        }

        /// <summary>What the doctor finds wrong between the rows, all that is left over being done; null when nothing.</summary>
        public async Task<string?> FindingsAsync()
        {
            var findings = new List<string>();
            await Host.Services.GetRequiredService<StoreDoctor>().RunAsync(false, finding => findings.Add($"{finding}"), _ => { }, default);
            return findings.Count == 0 ? null : string.Join(" | ", findings);
        }
    }
}
