using LicenseFunctions.Http;
using LicenseFunctions.Limits;
using LicenseFunctions.SignedApi;
using Microsoft.Extensions.Configuration;

namespace LicenseFunctions;

public enum StorageProvider
{
    /// <summary>A SQLite file on this machine.</summary>
    Embedded,

    /// <summary>Azure Table Storage, or its emulator.</summary>
    AzureTables,
}

public enum SigningProvider
{
    /// <summary>PEM files on this machine.</summary>
    LocalKeys,

    /// <summary>Azure Key Vault.</summary>
    KeyVault,
}

/// <summary>
/// The settings, checked at the start. They come from the environment (<c>__</c> separates levels) or from the
/// <c>Values</c> of <c>local.settings.json</c>. README.md lists them.
/// </summary>
public sealed record LicensingOptions
{
    public StorageProvider StorageProvider { get; init; }

    /// <summary>The file of the embedded store; relative to the current directory.</summary>
    public string StoragePath { get; init; } = ".data/licenses.db";

    public string? StorageConnectionString { get; init; }

    public Uri? StorageTableEndpoint { get; init; }

    public SigningProvider SigningProvider { get; init; }

    /// <summary>The folder of the PEM files; relative to the current directory.</summary>
    public string SigningPath { get; init; } = ".data/keys";

    public Uri? SigningVaultUri { get; init; }

    public SignedPayload SignedPayload { get; init; }

    /// <summary>How long a signing key is announced before it signs: longer than clients keep the key set, which they may for a minute.</summary>
    public TimeSpan SigningRotationOverlap { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How long answers signed with a previous key may be looked at: it is retired no sooner after its last signature.</summary>
    public TimeSpan SigningRetireAfter { get; init; } = TimeSpan.FromDays(30);

    /// <summary>The first API key, created while there is none.</summary>
    public string? BootstrapApiKey { get; init; }

    /// <summary>The author's token at the Envato market; null when purchase codes are not looked up.</summary>
    public string? EnvatoToken { get; init; }

    public Uri EnvatoBaseUrl { get; init; } = new("https://api.envato.com");

    /// <summary>Whether changelogs may be read at all.</summary>
    public bool ChangelogEnabled { get; init; } = true;

    public RateLimits RateLimits { get; init; } = new();

    /// <summary>How long telemetry is kept, in days.</summary>
    public int RetentionDays { get; init; } = 400;

    /// <summary>The folder of the files that can be downloaded; relative to the current directory.</summary>
    public string DownloadsPath { get; init; } = ".data/downloads";

    /// <summary>The private blob container of those files, in the place of the folder.</summary>
    public Uri? DownloadsBlobContainerUri { get; init; }

    /// <summary>True to let webhooks reach addresses that are not of the open internet.</summary>
    public bool AllowPrivateWebhookTargets { get; init; }

    /// <summary>Whose word about the client's address is taken.</summary>
    public TrustedProxies TrustedProxies { get; init; } = TrustedProxies.None;

    /// <summary>Whether answers say in <c>Server-Timing</c> what they took: store trips and operations, signature made or reused.</summary>
    public bool ServerTiming { get; init; }

    /// <summary>Reads and checks the settings. Throws <see cref="SettingException"/> with one line that says what to do.</summary>
    public static LicensingOptions From(IConfiguration configuration)
    {
        var settings = new Settings(configuration);
        var options = new LicensingOptions
        {
            StorageProvider = settings.Choice("Storage:Provider", StorageProvider.Embedded),
            StoragePath = settings.Text("Storage:Path") ?? ".data/licenses.db",
            StorageConnectionString = settings.Text("Storage:ConnectionString"),
            StorageTableEndpoint = settings.Address("Storage:TableEndpoint"),
            SigningProvider = settings.Choice("Signing:Provider", SigningProvider.LocalKeys),
            SigningPath = settings.Text("Signing:Path") ?? ".data/keys",
            SigningVaultUri = settings.Address("Signing:VaultUri"),
            SignedPayload = settings.Choice("Signing:Payload", SignedPayload.ResponseBase64),
            SigningRotationOverlap = settings.Length("Signing:RotationOverlap", TimeSpan.FromHours(1), TimeSpan.FromMinutes(2)),
            SigningRetireAfter = settings.Length("Signing:RetireAfter", TimeSpan.FromDays(30), TimeSpan.FromMinutes(2)),
            BootstrapApiKey = settings.Text("Bootstrap:ApiKey"),
            EnvatoToken = settings.Text("Envato:Token"),
            EnvatoBaseUrl = settings.Address("Envato:BaseUrl") ?? new("https://api.envato.com"),
            ChangelogEnabled = settings.Flag("Changelog:Enabled", true),
            RetentionDays = settings.Days("Retention:Days", 400),
            DownloadsPath = settings.Text("Downloads:Path") ?? ".data/downloads",
            DownloadsBlobContainerUri = settings.Address("Downloads:BlobContainerUri"),
            AllowPrivateWebhookTargets = settings.Flag("Webhooks:AllowPrivateTargets", false),
            TrustedProxies = settings.Proxies("Network:TrustedProxies"),
            ServerTiming = settings.Flag("Diagnostics:ServerTiming", false),
            RateLimits = new()
            {
                SignedPerMinute = settings.Limit("RateLimits:SignedPerMinute", 60_000),
                NoncePerMinute = settings.Limit("RateLimits:NoncePerMinute", 6_000),
                LicensePerMinute = settings.Limit("RateLimits:LicensePerMinute", 120),
                DomainActivatePerMinute = settings.Limit("RateLimits:DomainActivatePerMinute", 30),
                DomainVerifyPerMinute = settings.Limit("RateLimits:DomainVerifyPerMinute", 120),
                DomainDeactivatePerMinute = settings.Limit("RateLimits:DomainDeactivatePerMinute", 30),
                DomainStatusPerMinute = settings.Limit("RateLimits:DomainStatusPerMinute", 60),
            },
        };
        settings.RefuseUnknown("Storage", "Signing", "Bootstrap", "Changelog", "Diagnostics", "Downloads", "Envato", "Network", "RateLimits", "Retention", "Webhooks");
        options.CheckTogether();
        return options;
    }

    private void CheckTogether()
    {
        if (StorageProvider == StorageProvider.AzureTables && StorageConnectionString is null == StorageTableEndpoint is null)
            throw new SettingException("Storage__Provider=AzureTables needs either Storage__ConnectionString or Storage__TableEndpoint.");
        if (SigningProvider == SigningProvider.KeyVault && SigningVaultUri is null)
            throw new SettingException("Signing__Provider=KeyVault needs Signing__VaultUri.");
        if (DownloadsBlobContainerUri is { } container && (container.Scheme != "https" || container.AbsolutePath.Trim('/').Length == 0 || container.Query.Length > 0))
            throw new SettingException("Downloads__BlobContainerUri is not a container such as https://example.blob.core.windows.net/downloads.");
        if (BootstrapApiKey is { Length: < 16 })
            throw new SettingException("Bootstrap__ApiKey has fewer than 16 characters; choose a longer one.");
    }
}
