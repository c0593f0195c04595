using System.Diagnostics;

namespace LicenseFunctions.Bench.Servers;

/// <summary>What a command of <c>licensectl</c> took.</summary>
/// <param name="Time">From its start to its end.</param>
/// <param name="PeakMb">The most memory that it had resident.</param>
/// <param name="Output">What it said.</param>
internal sealed record CommandCost(TimeSpan Time, double PeakMb, string Output);

/// <summary>Runs <c>licensectl</c> as a process of its own and watches its memory.</summary>
internal static class CommandProcess
{
    public static async Task<CommandCost> RunAsync(string store, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Programs.LicenseCtl, .. arguments]) { RedirectStandardOutput = true, WorkingDirectory = Path.GetDirectoryName(store) };
        start.Environment["Storage__Path"] = store;
        start.Environment["Signing__Path"] = Path.Combine(Path.GetDirectoryName(store)!, "keys");
        var since = Stopwatch.GetTimestamp();
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var peak = 0L;
        while (!process.HasExited)
        {
            peak = Math.Max(peak, PeakBytes(process));
            await Task.WhenAny(process.WaitForExitAsync(), Task.Delay(20));
        }

        var time = Stopwatch.GetElapsedTime(since);
        return process.ExitCode == 0
            ? new(time, peak / 1048576.0, (await output).Trim())
            : throw new InvalidOperationException($"licensectl {string.Join(' ', arguments)}: {await output}");
    }

    private static long PeakBytes(Process process)
    {
        try
        {
            process.Refresh();
            return process.PeakWorkingSet64;
        }
        catch (InvalidOperationException)
        {
            return 0; // It has just ended.
        }
    }
}
