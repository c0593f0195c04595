using System.Runtime.InteropServices;

namespace LicenseFunctions.Tests.Support;

/// <summary>Whether this machine can run what the tests take from npm.</summary>
internal static class NodeProgram
{
    // Node waits for the end of its standard input, which comes whichever way this process ends.
    public const string EndWithParent = "data:text/javascript,process.stdin.resume().on('end',()=>process.exit(0))";

    /// <summary>Why tests that need it are skipped, or null. Under CI=true they are not: then they fail.</summary>
    public static string? WhyNot { get; } =
        string.Equals(Environment.GetEnvironmentVariable("CI"), "true", StringComparison.OrdinalIgnoreCase)
        || (IsOnPath("node") && IsOnPath("npm"))
            ? null
            : "Needs node and npm on the PATH; set CI=true to have this fail instead.";

    private static bool IsOnPath(string program)
    {
        var names = RuntimeInformation.IsOSPlatform(OSPlatform.Windows) ? new[] { $"{program}.exe", $"{program}.cmd" } : [program];
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        return folders.Any(folder => names.Any(name => File.Exists(Path.Combine(folder, name))));
    }
}
