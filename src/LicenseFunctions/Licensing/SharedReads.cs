using System.Collections.Concurrent;
using LicenseFunctions.Storage;

namespace LicenseFunctions.Licensing;

/// <summary>Reads of the same thing at once are one: who comes while it is being read waits for that.</summary>
internal sealed class SharedReads<T>(TimeProvider time)
{
    private readonly ConcurrentDictionary<long, Task<T>> _reading = new();

    /// <summary>Reads, or waits for whoever does. The wait can be cancelled, the read cannot.</summary>
    public async Task<T> ReadAsync(long id, Func<long, Task<T>> read, CancellationToken cancel)
    {
        if (_reading.TryGetValue(id, out var older))
        {
            var since = time.GetTimestamp();
            try
            {
                return await JoinAsync(id, older, cancel).ConfigureAwait(false);
            }
            catch (StorageUnavailableException) when (ConflictRetry.MayBeginAgain(since, time))
            {
                // It was begun before this request came, and says nothing of what the store does since.
            }
        }

        return await JoinAsync(id, _reading.GetOrAdd(id, read), cancel).ConfigureAwait(false);
    }

    private async Task<T> JoinAsync(long id, Task<T> reading, CancellationToken cancel)
    {
        try
        {
            return await reading.WaitAsync(cancel).ConfigureAwait(false);
        }
        finally
        {
            if (reading.IsCompleted)
                _reading.TryRemove(new(id, reading));
        }
    }
}
