namespace LicenseFunctions.Health;

/// <summary>
/// One thing that can be tried. Whoever asks while it is tried gets that outcome, and so does whoever asks within a second of
/// it. A try that hangs is answered as a failure in time and waited for by the next ones: no second one is begun beside it.
/// </summary>
internal sealed class HealthPart(Func<Task> tryAsync, TimeProvider time, TimeSpan within)
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private Task _try = Task.CompletedTask;
    private Task<bool>? _outcome;
    private long _knownAt;

    public Task<bool> IsWellAsync()
    {
        lock (_gate)
        {
            if (_outcome is null || (_outcome.IsCompleted && time.GetElapsedTime(_knownAt) >= Fresh))
            {
                if (_try.IsCompleted)
                    _try = Task.Run(tryAsync);
                _outcome = WaitAsync(_try);
            }

            return _outcome;
        }
    }

    private async Task<bool> WaitAsync(Task attempt)
    {
        try
        {
            await attempt.WaitAsync(within, time).ConfigureAwait(false);
            return true;
        }
#pragma warning disable CA1031 // Whatever is wrong with it, it does not work. The log has it from the requests that need it.
        catch (Exception)
#pragma warning restore CA1031
        {
            return false;
        }
        finally
        {
            // After the first wait, so never inside the lock of the one who asked.
            Volatile.Write(ref _knownAt, time.GetTimestamp());
        }
    }
}
