using System.Diagnostics;
using System.Runtime.InteropServices;

namespace LicenseFunctions.Bench.InProcess;

/// <summary>
/// Waits to about a tenth of a millisecond. The runtime's timers count whole ones and are late by up to one more, which is a
/// fifth of what a table service takes; one thread that looks at its clock every 50 microseconds is not.
/// </summary>
internal static class ExactDelay
{
    private const uint LookMicroseconds = 50;

    private static readonly PriorityQueue<TaskCompletionSource, long> Waiting = new();

    static ExactDelay() => new Thread(Run) { IsBackground = true, Name = "delays", Priority = ThreadPriority.Highest }.Start();

    public static Task PassAsync(TimeSpan time)
    {
        var over = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (Waiting)
        {
            Waiting.Enqueue(over, Stopwatch.GetTimestamp() + (long)(time.TotalSeconds * Stopwatch.Frequency));
            if (Waiting.Count == 1)
                Monitor.Pulse(Waiting);
        }

        return over.Task;
    }

    private static void Run()
    {
        while (true)
        {
            lock (Waiting)
            {
                while (Waiting.Count == 0)
                    Monitor.Wait(Waiting);
                while (Waiting.TryPeek(out var over, out var due) && due <= Stopwatch.GetTimestamp())
                {
                    Waiting.Dequeue();
                    over.SetResult();
                }
            }

            if (OperatingSystem.IsWindows())
                Thread.Sleep(1);
            else
                _ = SleepMicroseconds(LookMicroseconds);
        }
    }

    [DllImport("libc", EntryPoint = "usleep"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SleepMicroseconds(uint microseconds);
}
