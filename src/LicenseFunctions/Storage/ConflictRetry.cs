namespace LicenseFunctions.Storage;

/// <summary>Does a read-decide-commit again after a lost race, with jitter, until a deadline; never a count.</summary>
public static class ConflictRetry
{
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(8);

    private static readonly TimeSpan Early = TimeSpan.FromSeconds(2);

    /// <summary>Runs the attempt until it answers something; null means that it lost a race.</summary>
    public static async Task<T> RunAsync<T>(Func<Task<T?>> attempt, TimeProvider time, CancellationToken cancel)
        where T : class
    {
        var start = time.GetTimestamp();
        for (var i = 0; ; i++)
        {
            if (await attempt().ConfigureAwait(false) is { } answer)
                return answer;
            if (time.GetElapsedTime(start) > Deadline)
                throw new StorageUnavailableException("The partition is too busy.");
            await Task.Delay(Jitter(i), time, cancel).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Whether a request that waited in vain for what another had begun may begin it anew: not when it has waited so long that
    /// a second wait would take it far past its deadline.
    /// </summary>
    public static bool MayBeginAgain(long since, TimeProvider time) => time.GetElapsedTime(since) < Early;

    /// <summary>Up to 2 ms after the first loss, growing to 64 ms.</summary>
    public static TimeSpan Jitter(int attempt) =>
        TimeSpan.FromMilliseconds(Random.Shared.NextDouble() * (2 << Math.Min(attempt, 5)));
}
