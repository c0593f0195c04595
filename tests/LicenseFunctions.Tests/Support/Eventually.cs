using System.Diagnostics;

namespace LicenseFunctions.Tests.Support;

/// <summary>Waits for what comes true by itself, in its own time.</summary>
internal static class Eventually
{
    /// <summary>Ends what hangs, and nothing else: no machine that works is as slow.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    public static Task HoldsAsync(Func<bool> holds) => HoldsAsync(() => Task.FromResult(holds()));

    /// <param name="holds">Asked again and again; it may also do what has to be done meanwhile.</param>
    public static async Task HoldsAsync(Func<Task<bool>> holds)
    {
        for (var since = Stopwatch.GetTimestamp(); !await holds();)
        {
            Assert.True(Stopwatch.GetElapsedTime(since) < Patience, $"It does not hold after {Patience}.");
            await Task.Delay(25);
        }
    }
}
