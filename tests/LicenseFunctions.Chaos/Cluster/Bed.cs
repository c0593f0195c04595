using LicenseFunctions.Licensing;
using LicenseFunctions.Storage;
using LicenseFunctions.Tests.Support;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LicenseFunctions.Chaos.Cluster;

/// <summary>The store that everything happens to, and the settings that lead to it.</summary>
internal sealed class Bed : IAsyncDisposable
{
    public const string FirstApiKey = "lk_of-the-chaos-rig";

    /// <summary>What the windows that are hammered admit; small enough to be full all the time.</summary>
    public const int DomainVerifyLimit = 120;

    public const int ApiKeyLimit = 300;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("chaos-");

    private Bed()
    {
    }

    public string Folder => _folder.FullName;

    public (string Name, string Value)[] Settings { get; private set; } = [];

    public static async Task<Bed> MakeAsync(ChaosOptions options, params (string Name, string Value)[] settings)
    {
        var bed = new Bed();
        (string, string)[] store = options.IsAzurite
            ? [("Storage__Provider", "AzureTables"), ("Storage__ConnectionString", (await AzuriteProcess.StartAsync()).ConnectionString(0))]
            : [("Storage__Path", Path.Combine(bed.Folder, "licenses.db"))];
        bed.Settings =
        [
            .. store, ("Signing__Path", Path.Combine(bed.Folder, "keys")), ("Downloads__Path", Path.Combine(bed.Folder, "downloads")),
            ("Bootstrap__ApiKey", FirstApiKey), ("Webhooks__AllowPrivateTargets", "true"), .. settings,
        ];
        return bed;
    }

    /// <summary>The application's own services on this store, in this process.</summary>
    public async Task<ServiceProvider> OpenAsync(TimeSpan ahead = default)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(
            Settings.Select(each => KeyValuePair.Create(each.Name.Replace("__", ":", StringComparison.Ordinal), (string?)each.Value))).Build();
        var services = new ServiceCollection().AddLogging(logging => logging.ClearProviders())
            .AddSingleton<TimeProvider>(new ShiftedTime(ahead)).AddLicensing(configuration).BuildServiceProvider();
        await services.OpenAsync(CancellationToken.None);
        return services;
    }

    public static async Task<string> NewApiKeyAsync(IServiceProvider services)
    {
        var secret = ApiKeys.NewKey();
        await services.GetRequiredService<ApiKeys>().CreateAsync(secret, new() { Hash = "", Name = "chaos", Capabilities = [ApiKey.AllCapabilities] }, default);
        return secret;
    }

    public static ITableStore StoreOf(IServiceProvider services) => services.GetRequiredService<ITableStore>();

    public ValueTask DisposeAsync()
    {
        _folder.Delete(recursive: true);
        return default;
    }
}
