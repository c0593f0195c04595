using System.Text.RegularExpressions;
using LicenseFunctions.Tests.Support;
using LicenseFunctions.Tests.Support.Bicep;
using Microsoft.Extensions.Configuration;

namespace LicenseFunctions.Tests.Infra;

/// <summary>The settings that the deployment sets are those that the app reads.</summary>
public sealed partial class SettingsTests
{
    /// <summary>Settings of ours that the deployment leaves alone, and why that is right in Azure.</summary>
    private static readonly Dictionary<string, string> LeftAtDefault = new(StringComparer.Ordinal)
    {
        ["Storage__Path"] = "the file of the embedded store, which is not used",
        ["Storage__ConnectionString"] = "would hold a key; the app's identity takes its place",
        ["Signing__Path"] = "the folder of local keys, which are not used",
        ["Signing__Payload"] = "a vendor's choice, which depends on its installed applications",
        ["Signing__RotationOverlap"] = "read by licensectl alone; an hour is longer than any client should keep the key set",
        ["Signing__RetireAfter"] = "read by licensectl alone; the default leaves answers a month",
        ["Bootstrap__ApiKey"] = "a secret; licensectl makes the first API key",
        ["Envato__Token"] = "a secret, of the vendors that sell there; without it no purchase code is looked up",
        ["Envato__BaseUrl"] = "the market itself; another address is for tests",
        ["RateLimits__SignedPerMinute"] = "the default is meant for production",
        ["RateLimits__NoncePerMinute"] = "the default is meant for production",
        ["RateLimits__LicensePerMinute"] = "the default is meant for production",
        ["RateLimits__DomainActivatePerMinute"] = "the default is meant for production",
        ["RateLimits__DomainVerifyPerMinute"] = "the default is meant for production",
        ["RateLimits__DomainDeactivatePerMinute"] = "the default is meant for production",
        ["RateLimits__DomainStatusPerMinute"] = "the default is meant for production",
        ["Retention__Days"] = "a vendor's choice; the default keeps a year and a month",
        ["Downloads__Path"] = "the folder of downloads, which is not used",
        ["Changelog__Enabled"] = "a vendor's choice; what is told is public in any case",
        ["Webhooks__AllowPrivateTargets"] = "off, as it must be where the identity's endpoint is a private address",
    };

    /// <summary>Settings that others than our code read.</summary>
    private static readonly HashSet<string> ReadByThePlatform = new(StringComparer.Ordinal)
    {
        "AzureWebJobsStorage__credential", "AzureWebJobsStorage__clientId", "AzureWebJobsStorage__blobServiceUri",
        "APPLICATIONINSIGHTS_CONNECTION_STRING", "APPLICATIONINSIGHTS_AUTHENTICATION_STRING",
        "AZURE_CLIENT_ID", "Logging__LogLevel__Microsoft", "Logging__LogLevel__Azure",
    };

    /// <summary>Settings whose code is on its way; one that is read has no business here.</summary>
    private static readonly HashSet<string> Announced = new(StringComparer.Ordinal) { "Downloads__BlobContainerUri" };

    private static string[] ReadByUs { get; } = [.. Directory
        .EnumerateFiles(Path.Combine(Repository.Root, "src", "LicenseFunctions"), "*.cs", SearchOption.AllDirectories)
        .SelectMany(file => SettingRead().Matches(File.ReadAllText(file)))
        .Select(match => match.Groups[1].Value.Replace(":", "__", StringComparison.Ordinal))
        .Distinct(StringComparer.Ordinal)];

    [Fact]
    public void The_settings_that_the_code_reads_are_found()
    {
        Assert.Contains("Storage__TableEndpoint", ReadByUs);
        Assert.Contains("Signing__Provider", ReadByUs);
        Assert.Contains("RateLimits__DomainStatusPerMinute", ReadByUs);
    }

    [BicepFact]
    public async Task Every_setting_that_is_read_is_set_or_left_at_its_default_for_a_reason_and_every_one_that_is_set_is_read() =>
        Assert.Equal([], ProblemsOf(await SetAsync()));

    [BicepTheory]
    [InlineData("  Signing__Provider: 'KeyVault'\n", "", "Signing__Provider is read and not set")]
    [InlineData("Signing__VaultUri:", "Signing__VaultUrl:", "Signing__VaultUri is read and not set", "Signing__VaultUrl is set and not read")]
    [InlineData("  Storage__Provider:", "  Retention__Days: '30'\n  Storage__Provider:", "Retention__Days is set though it is said to be left alone")]
    public async Task A_setting_that_is_missing_or_misspelt_or_spare_is_noticed(string right, string wrong, params string[] problems) =>
        Assert.Equal(problems, ProblemsOf(SetIn(await InfraFiles.ParseWithAsync("modules/functionapp.bicep", right, wrong))));

    private static IEnumerable<string> ProblemsOf(Dictionary<string, SyntaxNode> set) =>
    [
        .. ReadByUs.Where(name => !set.ContainsKey(name) && !LeftAtDefault.ContainsKey(name)).Select(name => $"{name} is read and not set"),
        .. set.Keys.Where(name => !ReadByUs.Contains(name) && !ReadByThePlatform.Contains(name) && !Announced.Contains(name))
            .Select(name => $"{name} is set and not read"),
        .. LeftAtDefault.Keys.Where(set.ContainsKey).Select(name => $"{name} is set though it is said to be left alone"),
    ];

    [BicepFact]
    public async Task The_host_gets_all_that_it_needs_and_nothing_that_Flex_Consumption_refuses()
    {
        var set = await SetAsync();

        Assert.Equal([], ReadByThePlatform.Where(name => !set.ContainsKey(name)));
        Assert.Equal("managedidentity", set["AzureWebJobsStorage__credential"].Literal);
        Assert.Equal("'ClientId=${identityClientId};Authorization=AAD'", set["APPLICATIONINSIGHTS_AUTHENTICATION_STRING"].Text);
        Assert.DoesNotContain(set.Keys, name => name is "AzureWebJobsStorage" or "FUNCTIONS_WORKER_RUNTIME" or "FUNCTIONS_EXTENSION_VERSION");
        Assert.DoesNotContain(set.Keys, name => name.StartsWith("WEBSITE_", StringComparison.Ordinal));
    }

    [BicepFact]
    public async Task The_app_starts_with_what_is_set_and_keeps_its_data_in_Azure()
    {
        // What is known only when it is deployed is an address.
        var values = (await SetAsync()).ToDictionary(
            setting => setting.Key.Replace("__", ":", StringComparison.Ordinal),
            setting => setting.Value.Literal ?? (setting.Key == "Network__TrustedProxies" ? "" : "https://example.test/something"),
            StringComparer.Ordinal);

        var options = LicensingOptions.From(new ConfigurationBuilder().AddInMemoryCollection(values!).Build());

        Assert.Equal(StorageProvider.AzureTables, options.StorageProvider);
        Assert.Equal(SigningProvider.KeyVault, options.SigningProvider);
        Assert.NotNull(options.StorageTableEndpoint);
        Assert.Null(options.StorageConnectionString);
    }

    private static async Task<Dictionary<string, SyntaxNode>> SetAsync() => SetIn(await InfraFiles.ParseAsync("modules/functionapp.bicep"));

    private static Dictionary<string, SyntaxNode> SetIn(BicepFile file) =>
        file.Find("settings")!.Value!.Properties.ToDictionary(setting => setting.Name!, setting => setting.Value, StringComparer.Ordinal);

    [GeneratedRegex("""settings\s*\.\w+(?:<\w+>)?\(\s*"(\w+(?::\w+)+)"\s*[,)]""")]
    private static partial Regex SettingRead();
}
