namespace LicenseFunctions.Tests.Support;

/// <summary>Azurite from npm.</summary>
internal static class AzuritePackage
{
    // Later versions want Node 22.
    private const string Version = "3.35.0";

    /// <summary>Installs it where it is missing; returns the script that starts the table service.</summary>
    public static async Task<string> InstallAsync() => Path.Combine(
        await NpmPackages.InstallAsync($"azurite-{Version}", $"azurite@{Version}"),
        "node_modules", "azurite", "dist", "src", "table", "main.js");
}
