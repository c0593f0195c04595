using System.Runtime.CompilerServices;
using Azure.Identity;
using LicenseFunctions.Checks;
using LicenseFunctions.DomainApi;
using LicenseFunctions.Files;
using LicenseFunctions.Files.Blobs;
using LicenseFunctions.Files.Folder;
using LicenseFunctions.Health;
using LicenseFunctions.Http;
using LicenseFunctions.KeyRotation;
using LicenseFunctions.Licensing;
using LicenseFunctions.Licensing.Claiming;
using LicenseFunctions.Licensing.Contracting;
using LicenseFunctions.Licensing.Events;
using LicenseFunctions.Licensing.Importing;
using LicenseFunctions.Licensing.Listing;
using LicenseFunctions.Limits;
using LicenseFunctions.Marketplace;
using LicenseFunctions.Moving;
using LicenseFunctions.Observability;
using LicenseFunctions.SignedApi;
using LicenseFunctions.Signing;
using LicenseFunctions.Signing.KeyVault;
using LicenseFunctions.Signing.LocalKeys;
using LicenseFunctions.Storage;
using LicenseFunctions.Storage.AzureTables;
using LicenseFunctions.Storage.Sqlite;
using LicenseFunctions.Webhooks;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace LicenseFunctions;

/// <summary>The one composition root, for both hosts and the command line; the only choice of store and signer.</summary>
public static class LicensingServices
{
    /// <summary>Adds everything. Throws <see cref="SettingException"/> when a setting is unknown or wrong.</summary>
    public static IServiceCollection AddLicensing(this IServiceCollection services, IConfiguration configuration) =>
        services.AddLicensing(LicensingOptions.From(configuration));

    /// <param name="services">What it is added to.</param>
    /// <param name="options">The settings.</param>
    /// <param name="ahead">What was begun already; null where nothing was.</param>
    public static IServiceCollection AddLicensing(this IServiceCollection services, LicensingOptions options, StartedAhead? ahead = null)
    {
        ahead?.AddTo(services);
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(options);
        services.AddLogging().AddSingleton<IPostConfigureOptions<LoggerFilterOptions>, QuietFrameworks>();
        services.AddSingleton(_ => new Meters { ShowsTiming = options.ServerTiming }).AddSingleton<OutboxGauge>().AddSingleton<Readiness>();
        services.TryAddSingleton<ITableStore>(provider => new MeteredStore(
            ahead?.Store ?? Store(options), options.StorageProvider == StorageProvider.Embedded ? "sqlite" : "azure.tables", provider.GetRequiredService<Meters>()));
        services.TryAddSingleton(provider => Signer(options, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new PartitionLanes(
                provider.GetRequiredService<ITableStore>(), provider.GetRequiredService<TimeProvider>(), keepsAll: options.StorageProvider == StorageProvider.AzureTables))
            .AddSingleton<LeasedLimiter>().AddSingleton<RateLimiter>().AddSingleton<AddressLimiter>()
            .AddSingleton<StaleWindows>().AddSingleton<IdempotencyKeys>().AddSingleton<IdempotencyClaims>();
        services.AddSingleton<Licenses>().AddSingleton<LicenseCreation>().AddSingleton<Products>().AddSingleton<Ids>().AddSingleton<Traces>();
        services.AddSingleton<ListingWriter>().AddSingleton<LicenseOutbox>().AddSingleton<LicenseLists>().AddSingleton<CreationPlans>();
        services.AddSingleton<Generators>().AddSingleton<LicenseGeneration>().AddSingleton<BulkLicenses>().AddSingleton<Reservations>();
        services.AddSingleton<Contracts>().AddSingleton<ContractKeys>().AddSingleton<AvailableLicenses>().AddSingleton<ClaimLog>().AddSingleton<ClaimedLicenses>()
            .AddSingleton<RandomAssignment>().AddSingleton<AssignmentJobs>().AddSingleton<WebhookSender>();
        services.AddSingleton<Subscriptions>().AddSingleton<Deliveries>().AddSingleton<EventSignal>().AddSingleton<EventOutbox>().AddSingleton<CatalogEvents>()
            .AddSingleton<Leftovers>().AddSingleton<BulkMarkers>().AddSingleton<ExpiredLicenses>()
            .AddSingleton<WebhookSecrets>().AddSingleton<WebhookDispatcher>().AddSingleton<VendorWebhooks>();
        services.AddSingleton<Func<WebhookDispatcher>>(provider => provider.GetRequiredService<WebhookDispatcher>);
        services.AddSingleton<GeneratorReference>().AddSingleton<PlannedKeyReader>().AddSingleton<ContractReference>().AddSingleton<AssignmentReader>().AddSingleton<QueuedAssignments>();
        services.AddSingleton<ApiKeys>().AddSingleton<ApiKeyUse>().AddSingleton<AccessRules>().AddSingleton<FirstApiKey>();
        services.AddSingleton(provider => provider.GetRequiredService<Meters>().Watch(new SignatureCache(provider.GetRequiredService<ISigner>()))).AddSingleton<SigningKeys>();
        services.AddSingleton<KeyPlans>().AddSingleton(provider => provider.GetRequiredService<KeyPlans>().Directory).AddSingleton<SigningKeyRotation>();
        services.AddSingleton<SignedCallers>().AddSingleton<SignedApiGate>().AddSingleton<ProductReference>();
        services.AddSingleton(provider => new PurchaseCodes(
            options.EnvatoToken is { } token
                ? new EnvatoSales(new HttpClient(), options.EnvatoBaseUrl, token, provider.GetRequiredService<ILogger<EnvatoSales>>())
                : null,
            provider.GetRequiredService<Products>(), provider.GetRequiredService<LicenseCreation>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<ProductParts>().AddSingleton<ProductMeta>().AddSingleton<ProductFeatures>().AddSingleton<OfflineKeys>();
        services.AddSingleton<OfflineKeySeal>().AddSingleton<ProductOfflineKeys>().AddSingleton<ProductSigningKeys>().AddSingleton<Changelogs>();
        services.TryAddSingleton(provider => FileStore(options));
        services.AddSingleton<Downloads>().AddSingleton<DownloadTokens>().AddSingleton<DownloadReleases>().AddSingleton<DownloadGate>();
        services.AddSingleton<Telemetry>().AddSingleton<TelemetryRetention>().AddSingleton<TelemetryReception>().AddSingleton<TelemetryReport>();
        services.AddSingleton<AnswerSigner>().AddSingleton<DomainApiGate>().TryAddSingleton<FunctionCatalog>();
        services.AddSingleton(provider => new PatientStore(provider.GetRequiredService<ITableStore>(), provider.GetRequiredService<TimeProvider>()))
            .AddTransient<MovedKeys>().AddSingleton<StoreExport>().AddSingleton<LicenseImport>();
        services.AddSingleton<StoreDoctor>();
        return services;
    }

    /// <summary>Opens the store, before anything is served: what is wrong with it stops the start.</summary>
    public static async Task OpenAsync(this IServiceProvider services, CancellationToken cancel)
    {
        var store = services.GetRequiredService<ITableStore>();
        if ((store is MeteredStore metered ? metered.Inner : store) is AzureTableStore tables)
            await OpenAsync(tables, cancel).ConfigureAwait(false);

        // Known from the start, so that a first activation need not ask whether anybody wants to be told of it.
        await services.GetRequiredService<Subscriptions>().CurrentAsync(cancel).ConfigureAwait(false);
        // A store of a version that had the rules in one row, or a change that died, must not let the blocked in.
        await services.GetRequiredService<AccessRules>().FinishChangesAsync(cancel).ConfigureAwait(false);
    }

    private static async Task OpenAsync(AzureTableStore tables, CancellationToken cancel)
    {
        await tables.EnsureTablesAsync(cancel).ConfigureAwait(false);
        await new NewestSchema(tables).CheckAsync(cancel).ConfigureAwait(false);
    }

    internal static ITableStore Store(LicensingOptions options) => options.StorageProvider switch
    {
        StorageProvider.Embedded => SqliteTableStore.OpenAsync(options.StoragePath, CancellationToken.None).GetAwaiter().GetResult(),
        StorageProvider.AzureTables => AzureTables(options),
    };

    // Methods of their own, so that a start without Azure does not load its libraries.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static AzureTableStore AzureTables(LicensingOptions options) => options.StorageConnectionString is { } connection
        ? ConnectTables(connection)
        : new AzureTableStore(AzureTableClients.Connect(options.StorageTableEndpoint!, new DefaultAzureCredential()));

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static KeyVaultSigner VaultSigner(LicensingOptions options, TimeProvider time) =>
        KeyVaultSigner.Create(options.SigningVaultUri!, new DefaultAzureCredential(), time);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static BlobFileStore Blobs(Uri container) => BlobFileStore.Connect(container, new DefaultAzureCredential());

    private static AzureTableStore ConnectTables(string connection)
    {
        try
        {
            return new AzureTableStore(AzureTableClients.Connect(connection));
        }
        catch (Exception e) when (e is FormatException or InvalidOperationException or ArgumentException)
        {
            // Without the reason: it may quote the key.
            throw new SettingException("Storage__ConnectionString is not the connection string of a storage account.");
        }
    }

    private static IFileStore FileStore(LicensingOptions options) => options.DownloadsBlobContainerUri is { } container
        ? Blobs(container)
        : new FolderFileStore(options.DownloadsPath);

    internal static ISigner Signer(LicensingOptions options, TimeProvider time) => options.SigningProvider switch
    {
        SigningProvider.LocalKeys => new LocalKeySigner(options.SigningPath, time),
        SigningProvider.KeyVault => VaultSigner(options, time),
    };
}
