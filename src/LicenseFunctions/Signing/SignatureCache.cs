using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace LicenseFunctions.Signing;

/// <summary>
/// Signs the same payload under the same key version once. PKCS#1 v1.5 is deterministic, and most answers hold only a code,
/// a message and the second, so concurrent callers mostly ask for the very same signature: they wait for one operation.
/// </summary>
/// <remarks>
/// Payloads hold the second, so an entry is worthless soon after: the oldest goes when there are too many, however often
/// it was used. A key that reads the same has the same id, so an entry can never be wrong, only useless.
/// </remarks>
public sealed class SignatureCache(ISigner signer, int capacity = SignatureCache.DefaultCapacity)
{
    /// <summary>About 5 MB when full.</summary>
    public const int DefaultCapacity = 4096;

    private readonly ConcurrentDictionary<EntryKey, TaskCompletionSource<Signature>> _entries = new();
    private readonly ConcurrentQueue<KeyValuePair<EntryKey, TaskCompletionSource<Signature>>> _byAge = new();
    private long _made;
    private long _reused;
    private long _failed;
    private int _queued;

    /// <summary>Signing operations asked of the signer so far, failed ones too.</summary>
    public long Made => Interlocked.Read(ref _made);

    /// <summary>Calls so far that were served by another call's operation.</summary>
    public long Reused => Interlocked.Read(ref _reused);

    /// <summary>Operations so far that failed.</summary>
    public long Failed => Interlocked.Read(ref _failed);

    /// <summary>Entries held at the moment.</summary>
    public int Count => _entries.Count;

    /// <summary>Signs the SHA-256 of a payload, or waits for whoever does.</summary>
    /// <param name="key">The key to sign with.</param>
    /// <param name="payload">Read before the call returns, not afterwards.</param>
    /// <param name="cancel">Ends this caller's wait, not the operation that others may wait for.</param>
    /// <exception cref="SigningUnavailableException">For every waiter of an operation that failed; the next call tries anew.</exception>
    public ValueTask<Signature> SignAsync(SigningKey key, ReadOnlyMemory<byte> payload, CancellationToken cancel)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(payload.Span, digest);
        var entryKey = EntryKey.Of(digest, key.KeyId);

        if (!_entries.TryGetValue(entryKey, out var entry))
        {
            cancel.ThrowIfCancellationRequested();
            var mine = new TaskCompletionSource<Signature>(TaskCreationOptions.RunContinuationsAsynchronously);
            entry = _entries.GetOrAdd(entryKey, mine);
            if (ReferenceEquals(entry, mine))
            {
                SignatureUse.Made();
                Start(entryKey, mine, key, digest.ToArray());
                return new ValueTask<Signature>(mine.Task.WaitAsync(cancel));
            }
        }

        Interlocked.Increment(ref _reused);
        var task = entry.Task;
        return task.IsCompletedSuccessfully ? new ValueTask<Signature>(task.Result) : new ValueTask<Signature>(task.WaitAsync(cancel));
    }

    private void Start(EntryKey entryKey, TaskCompletionSource<Signature> entry, SigningKey key, byte[] digest)
    {
        Interlocked.Increment(ref _made);
        _byAge.Enqueue(new(entryKey, entry));
        if (Interlocked.Increment(ref _queued) > capacity && _byAge.TryDequeue(out var oldest))
        {
            Interlocked.Decrement(ref _queued);

            // By pair: a failed entry has left already, and its key may have a newer one.
            _entries.TryRemove(oldest);
        }

        _ = RunAsync(entryKey, entry, key, digest);
    }

    private async Task RunAsync(EntryKey entryKey, TaskCompletionSource<Signature> entry, SigningKey key, byte[] digest)
    {
        try
        {
            // No caller's token: others may be waiting. The signer keeps its own deadline.
            var value = await signer.SignAsync(key, digest, CancellationToken.None);
            entry.SetResult(new Signature(key.KeyId, value));
        }
#pragma warning disable CA1031 // Whatever it is belongs to the waiters; nobody awaits this method.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            Interlocked.Increment(ref _failed);
            // First out, then told: a waiter that tries again must start a new operation.
            _entries.TryRemove(new(entryKey, entry));
            entry.SetException(Explain(failure));
            _ = entry.Task.Exception; // Observed, in case every waiter has gone.
        }
    }

    /// <summary>A waiter that did not cancel must not be told that it did.</summary>
    private static Exception Explain(Exception failure) => failure is OperationCanceledException
        ? new SigningUnavailableException("The signing operation was abandoned.", failure)
        : failure;

    /// <summary>In words of a size that is compiled ahead: code over 128-bit integers never is, and a start would wait for it.</summary>
    private readonly record struct EntryKey(ulong First, ulong Second, ulong Third, ulong Fourth, string KeyId)
    {
        public static EntryKey Of(ReadOnlySpan<byte> digest, string keyId)
        {
            var words = MemoryMarshal.Cast<byte, ulong>(digest);
            return new(words[0], words[1], words[2], words[3], keyId);
        }

        // The digest is as good as random: four bytes of it spread entries better than any mixing.
        public override int GetHashCode() => unchecked((int)(uint)First);
    }
}
