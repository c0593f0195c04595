using System.Diagnostics;
using System.Runtime.InteropServices;

namespace LicenseFunctions.Storage.Sqlite;

/// <summary>Waits far below a millisecond, which Thread.Sleep cannot.</summary>
internal static class Pause
{
    /// <summary>About 0.1 ms, most of it the timer slack of the kernel; other threads have the processor meanwhile.</summary>
    public static void Briefly()
    {
        if (!OperatingSystem.IsWindows())
        {
            _ = USleep(40);
            return;
        }

        // Windows has no such sleep.
        for (var since = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(since).TotalMilliseconds < 0.1;)
            Thread.Yield();
    }

    [DllImport("libc", EntryPoint = "usleep")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int USleep(uint microseconds);
}
