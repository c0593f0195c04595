using System.Diagnostics;

namespace LicenseFunctions.Tests.Support;

/// <summary>Azurite from npm, installed once into the user's cache and used by every later run.</summary>
internal static class AzuritePackage
{
    // Later versions want Node 22.
    private const string Version = "3.35.0";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>Installs it where it is missing; returns the script that starts the table service.</summary>
    public static async Task<string> InstallAsync()
    {
        var cache = Path.Combine(
            Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.Create),
            "license-functions-tests");
        var folder = Path.Combine(cache, $"azurite-{Version}");
        var main = Path.Combine(folder, "node_modules", "azurite", "dist", "src", "table", "main.js");
        if (File.Exists(main))
            return main;
        Directory.CreateDirectory(cache);
        await using var held = await LockAsync(Path.Combine(cache, "lock"));
        if (File.Exists(main))
            return main;

        // Moved to its place only when complete, so that a broken-off installation is never taken for one.
        var unfinished = Path.Combine(cache, $"azurite-{Version}-{Guid.NewGuid():N}");
        await RunNpmAsync("install", "--prefix", unfinished, "--no-audit", "--no-fund", $"azurite@{Version}");
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
        Directory.Move(unfinished, folder);
        return main;
    }

    private static async Task<FileStream> LockAsync(string path)
    {
        var clock = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (clock.Elapsed < Patience)
            {
                await Task.Delay(200);
            }
        }
    }

    private static async Task RunNpmAsync(params string[] arguments)
    {
        var start = OperatingSystem.IsWindows() ? new ProcessStartInfo("cmd", ["/c", "npm", .. arguments]) : new("npm", arguments);
        (start.RedirectStandardOutput, start.RedirectStandardError) = (true, true);
        using var npm = Process.Start(start) ?? throw new InvalidOperationException("npm did not start.");
        using var timeout = new CancellationTokenSource(Patience);
        var output = npm.StandardOutput.ReadToEndAsync(timeout.Token);
        var errors = npm.StandardError.ReadToEndAsync(timeout.Token);
        try
        {
            await npm.WaitForExitAsync(timeout.Token);
            if (npm.ExitCode != 0)
                throw new InvalidOperationException($"npm could not install Azurite. {await errors}{await output}");
        }
        catch (OperationCanceledException)
        {
            npm.Kill(entireProcessTree: true);
            throw new TimeoutException($"npm did not install Azurite within {Patience}.");
        }
    }
}
