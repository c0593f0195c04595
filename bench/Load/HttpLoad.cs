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

            var start = Stopwatch.GetTimestamp();
            var end = start + (long)(duration.TotalSeconds * Stopwatch.Frequency);
            using var pace = perSecond == 0 ? null : new Pace(plans.Length, perSecond, end);
            var runs = connections.Select((connection, i) => Task.Run(() => DriveAsync(connection, plans[i], pace?.Turns[i], end))).ToArray();
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

    private static async Task<LoadResult> DriveAsync(Connection connection, byte[][] plan, Turns? turns, long end)
    {
        var result = new LoadResult();
        for (var i = 0; Stopwatch.GetTimestamp() < end; i = i + 1 == plan.Length ? 0 : i + 1)
        {
            var since = turns is null ? Stopwatch.GetTimestamp() : await turns.NextAsync();
            if (since >= end)
                break;
            result.Count(await connection.SendAsync(plan[i]), Stopwatch.GetTimestamp() - since);
        }

        return result;
    }
}
