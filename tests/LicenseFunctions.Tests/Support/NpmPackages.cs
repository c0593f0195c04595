using System.Diagnostics;

namespace LicenseFunctions.Tests.Support;

/// <summary>Packages from npm, installed once into the user's cache and used by every later run.</summary>
internal static class NpmPackages
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>Installs them where they are missing; returns the folder that has them in its <c>node_modules</c>.</summary>
    /// <param name="name">What the folder is called: with the versions, so that others get another folder.</param>
    /// <param name="arguments">What npm is told besides, the packages among it, each with its version.</param>
    public static async Task<string> InstallAsync(string name, params string[] arguments)
    {
        var cache = Path.Combine(
            Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.Create),
            "license-functions-tests");
        var folder = Path.Combine(cache, name);
        if (Directory.Exists(folder))
            return folder;
        Directory.CreateDirectory(cache);
        await using var held = await LockAsync(Path.Combine(cache, "lock"));
        if (Directory.Exists(folder))
            return folder;

        // Moved to its place only when complete, so that a broken-off installation is never taken for one.
        var unfinished = Path.Combine(cache, $"{name}-{Guid.NewGuid():N}");
        await RunNpmAsync(name, ["install", "--prefix", unfinished, "--no-audit", "--no-fund", .. arguments]);
        Directory.Move(unfinished, folder);
        return folder;
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

    private static async Task RunNpmAsync(string name, string[] arguments)
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
                throw new InvalidOperationException($"npm could not install {name}. {await errors}{await output}");
        }
        catch (OperationCanceledException)
        {
            npm.Kill(entireProcessTree: true);
            throw new TimeoutException($"npm did not install {name} within {Patience}.");
        }
    }
}
