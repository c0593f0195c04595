using LicenseFunctions.Licensing;
using LicenseFunctions.Signing;
using LicenseFunctions.Signing.LocalKeys;
using LicenseFunctions.Storage.Sqlite;
using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.Fuzz;

/// <summary>A store with something of everything in it, and the self-host as a process of its own on it.</summary>
internal sealed class FuzzTarget : IAsyncDisposable
{
    /// <summary>No request is refused for being one too many.</summary>
    public static readonly (string Name, string Value)[] NoLimits =
    [
        .. ((string[])["Signed", "License", "DomainActivate", "DomainVerify", "DomainDeactivate", "DomainStatus"]).Select(name => ($"RateLimits__{name}PerMinute", "0")),
    ];

    private readonly TemporaryFolder _folder = new();

    private FuzzTarget()
    {
    }

    public string ApiKey { get; private set; } = "";

    public IReadOnlyList<FuzzSeed> Seeds { get; private set; } = [];

    public IReadOnlyList<SigningKey> Keys { get; private set; } = [];

    public SelfHostProcess Process { get; private set; } = null!;

    /// <summary>Prepares and starts it.</summary>
    public static async Task<FuzzTarget> StartAsync()
    {
        var target = new FuzzTarget();
        var signer = new LocalKeySigner(target._folder["keys"], TimeProvider.System);
        await using (var store = await SqliteTableStore.OpenAsync(target._folder["licenses.db"], default))
        {
            await using var host = await ApiHost.StartAsync(store, signer, settings: ("Downloads:Path", target._folder["downloads"]));
            (target.ApiKey, target.Seeds) = (host.ApiKey, await PrepareAsync(host));
            await host.Keys.GlobalAsync(CancellationToken.None);
            target.Keys = await host.Keys.AllAsync(CancellationToken.None);
        }

        target.Process = await SelfHostProcess.StartAsync(target._folder.Path, [
            ("Storage__Path", target._folder["licenses.db"]), ("Signing__Path", target._folder["keys"]), ("Downloads__Path", target._folder["downloads"]), .. NoLimits]);
        return target;
    }

    /// <summary>What the requests are about.</summary>
    public static async Task<IReadOnlyList<FuzzSeed>> PrepareAsync(ApiHost host)
    {
        await host.Keys.CreateAsync("own", CancellationToken.None);
        var product = await host.ProductAsync(draft => draft with { Name = "Test product", SigningKeyName = "own" });
        var generator = await host.GeneratorAsync(product);
        var contract = await host.ContractAsync(product, 1000);
        await host.ReleaseAsync(product, "1.0.2");
        foreach (var key in (string[])["KEY-1", "KEY-2", "KEY-3"])
            await host.LicenseAsync(product, draft => draft with { Key = key, ActivationLimit = 1000 });
        return FuzzSeed.All(product, generator, contract.Key);
    }

    public async ValueTask DisposeAsync()
    {
        await Process.DisposeAsync();
        _folder.Dispose();
    }
}
