using System.Diagnostics;

namespace LicenseFunctions.Bench.Load;

/// <summary>
/// A closed loop over loopback: each connection sends a request, waits for its whole answer, and sends the next of its
/// plan, over and over. The sockets complete on one thread (see Program.cs), so that the load takes little from the servers.
/// </summary>
internal static class HttpLoad
{
    /// <summary>Runs for a time.</summary>
    /// <param name="port">On loopback.</param>
    /// <param name="plans">For each connection the requests that it goes through.</param>
    /// <param name="duration">How long.</param>
    /// <param name="perSecond">At most so many requests a second, evenly spaced; 0 for as many as are answered.</param>
    public static async Task<LoadResult> RunAsync(int port, byte[][][] plans, TimeSpan duration, int perSecond = 0)
    {
        var connections = new List<Connection>();
        try
        {
            foreach (var _ in plans)
            {
                connections.Add(new());
                await connections[^1].ConnectAsync(port);
            }

            var gap = perSecond == 0 ? 0 : plans.Length * Stopwatch.Frequency / perSecond;
            var start = Stopwatch.GetTimestamp();
            var end = start + (long)(duration.TotalSeconds * Stopwatch.Frequency);
            var runs = connections.Select((connection, i) => Task.Run(
                () => DriveAsync(connection, plans[i], start + (gap * i / plans.Length), gap, end))).ToArray();
            var total = new LoadResult();
            foreach (var result in await Task.WhenAll(runs))
                total.Add(result);
            total.Seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            return total;
        }
        finally
        {
            connections.ForEach(connection => connection.Dispose());
        }
    }

    /// <summary>Sends every request of the plans once.</summary>
    public static async Task<LoadResult> OnceAsync(int port, byte[][][] plans)
    {
        var results = await Task.WhenAll(plans.Select(plan => Task.Run(async () =>
        {
            using var connection = new Connection();
            await connection.ConnectAsync(port);
            var result = new LoadResult();
            foreach (var request in plan)
                result.Count(await connection.SendAsync(request), 0);
            return result;
        })));
        var total = new LoadResult();
        foreach (var result in results)
            total.Add(result);
        return total;
    }

    private static async Task<LoadResult> DriveAsync(Connection connection, byte[][] plan, long due, long gap, long end)
    {
        var result = new LoadResult();
        for (var i = 0; ; i = i + 1 == plan.Length ? 0 : i + 1)
        {
            var now = Stopwatch.GetTimestamp();
            if (now >= end)
                return result;
            if (gap > 0)
            {
                var wait = (due - now) * 1000 / Stopwatch.Frequency;
                if (wait > 0)
                    await Task.Delay((int)wait);
                // A request that is late because the one before it took long counts from when it was due.
                now = wait > 0 ? Stopwatch.GetTimestamp() : Math.Min(now, due);
                due += gap;
            }

            result.Count(await connection.SendAsync(plan[i]), Stopwatch.GetTimestamp() - now);
        }
    }
}
