using System.Diagnostics;

namespace LicenseFunctions.Bench.Servers;

/// <summary>Where the programs are that are measured.</summary>
internal static class Programs
{
    public static string Root { get; } = FindRoot();

    public static string SelfHost => Built("src/LicenseFunctions.SelfHost", "LicenseFunctions.SelfHost");

    public static string LicenseCtl => Built("src/LicenseFunctions.Cli", "licensectl");

    public static string Baseline => Built("bench/Baseline", "LicenseFunctions.Bench.Baseline");

    /// <summary>Publishes a project compiled ahead of time (ReadyToRun); answers its program.</summary>
    public static async Task<string> PublishAsync(string project, string name, string to)
    {
        var folder = Path.Combine(to, name);
        var runtime = System.Runtime.InteropServices.RuntimeInformation.RuntimeIdentifier;
        var (code, output) = await RunAsync(
            "dotnet", ["publish", "-c", "Release", "-r", runtime, "--self-contained", "false", "-p:PublishReadyToRun=true", "-o", folder, Path.Combine(Root, project)]);
        return code == 0 ? Path.Combine(folder, name) : throw new InvalidOperationException(output);
    }

    /// <summary>The commit that was measured, with a mark where the sources differ from it.</summary>
    public static async Task<string> CommitAsync()
    {
        var (_, commit) = await RunAsync("git", ["-C", Root, "rev-parse", "--short", "HEAD"]);
        var (_, changes) = await RunAsync("git", ["-C", Root, "status", "--porcelain", "--", "src", "standins", "bench"]);
        return commit.Trim() + (changes.Trim().Length > 0 ? "+changes" : "");
    }

    private static string Built(string folder, string name) =>
        Path.Combine(Root, folder, "bin/StandIn/Release/net10.0", name + ".dll");

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "LicenseFunctions.sln")))
                return folder.FullName;
        }

        throw new InvalidOperationException("The benchmark runs from the folder of the sources.");
    }

    private static async Task<(int Code, string Output)> RunAsync(string program, string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output);
    }
}
