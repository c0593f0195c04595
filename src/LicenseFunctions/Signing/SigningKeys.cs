using System.Security.Cryptography;

namespace LicenseFunctions.Signing;

/// <summary>
/// What the application signs with. The keys are remembered; ten seconds later the remembered ones serve while one refresh
/// runs in the background, so no request waits for a listing once the first has been read. A switch to another key that
/// is planned ahead happens at its instant, refreshed or not.
/// </summary>
/// <remarks>
/// A read counts for a second, failed or not: callers that need one within that second get its outcome; so does a failed
/// creation. That bounds what unknown names, or a vault that is down, can cause.
/// </remarks>
public sealed class SigningKeys(ISigner signer, SignatureCache signatures, TimeProvider clock, KeyDirectory? directory = null)
{
    /// <summary>The name of the key that signs whatever no product's own key signs.</summary>
    public const string Global = "global";

    /// <summary>How soon an instance follows a plan that changed.</summary>
    public static readonly TimeSpan Fresh = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan RefreshSpacing = TimeSpan.FromSeconds(1);

    private readonly KeyReader _reader = new(signer, clock, directory ?? KeyDirectory.Empty);
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Attempt<SigningKey>> _creating = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Attempt<KeyListing>> _lookingUp = new(StringComparer.Ordinal);
    private volatile KeyListing? _listing;
    private Attempt<KeyListing>? _refresh;

    /// <summary>The current key of the name <see cref="Global"/>, made on first use.</summary>
    /// <exception cref="SigningUnavailableException">Keys can be neither read nor made at the moment.</exception>
    public ValueTask<SigningKey> GlobalAsync(CancellationToken cancel) => GlobalAsync(null, cancel);

    /// <summary>As above; for a caller who is pinned to one of its published keys, that one.</summary>
    public async ValueTask<SigningKey> GlobalAsync(IReadOnlyList<string>? pinned, CancellationToken cancel) =>
        (await ListingAsync(cancel)).Find(Global, pinned) ?? await CreateAsync(Global, cancel);

    /// <summary>The current key of a name, or null when the name has none.</summary>
    /// <remarks>A name that is not remembered is looked up, at most once a second for all callers.</remarks>
    /// <exception cref="SigningUnavailableException">Whether there is such a key cannot be said at the moment.</exception>
    public ValueTask<SigningKey?> FindAsync(string name, CancellationToken cancel) => FindAsync(name, null, cancel);

    /// <summary>As above; for a caller who is pinned to one of its published keys, that one.</summary>
    public async ValueTask<SigningKey?> FindAsync(string name, IReadOnlyList<string>? pinned, CancellationToken cancel) =>
        (await ListingAsync(cancel)).Find(name, pinned) ?? (await LookUp(name).WaitAsync(cancel)).Find(name, pinned);

    /// <summary>Makes the first key of a name; answers the current one when there is one. Found by <see cref="FindAsync(string, CancellationToken)"/> from then on.</summary>
    public Task<SigningKey> CreateAsync(string name, CancellationToken cancel)
    {
        lock (_gate)
        {
            if (!_creating.TryGetValue(name, out var creation) || (creation.Task.IsFaulted && IsOver(creation)))
                _creating[name] = creation = new(Task.Run(() => MakeAsync(name), CancellationToken.None), clock.GetTimestamp());
            return creation.Task.WaitAsync(cancel);
        }
    }

    /// <summary>Every key of every name that is published, by name, the current one of each name first.</summary>
    public async ValueTask<IReadOnlyList<SigningKey>> AllAsync(CancellationToken cancel)
    {
        await GlobalAsync(cancel);
        return (await ListingAsync(cancel)).Keys;
    }

    /// <summary>Reads all keys and plans anew, unless that was done within the last second.</summary>
    public Task RefreshAsync(CancellationToken cancel) => Refresh().WaitAsync(cancel);

    /// <summary>Signs a payload; equal payloads share one operation, see <see cref="SignatureCache"/>.</summary>
    public ValueTask<Signature> SignAsync(SigningKey key, ReadOnlyMemory<byte> payload, CancellationToken cancel) =>
        signatures.SignAsync(key, payload, cancel);

    /// <summary>Signs a payload that no other caller can have: one operation, and nothing of it is kept.</summary>
    /// <exception cref="SigningUnavailableException">Nothing can be signed now.</exception>
    public async Task<Signature> SignOnceAsync(SigningKey key, ReadOnlyMemory<byte> payload, CancellationToken cancel)
    {
        SignatureUse.Made();
        return new(key.KeyId, await signer.SignAsync(key, SHA256.HashData(payload.Span), cancel));
    }

    private long Now => clock.GetUtcNow().ToUnixTimeMilliseconds();

    private ValueTask<KeyListing> ListingAsync(CancellationToken cancel)
    {
        var listing = _listing;
        if (listing is null)
            return new ValueTask<KeyListing>(Refresh().WaitAsync(cancel));
        if (clock.GetElapsedTime(listing.ReadAt) >= Fresh)
            _ = Refresh();
        return new ValueTask<KeyListing>(listing.ValidUntil != long.MaxValue && listing.ValidUntil <= Now ? Update(known => known!.At(Now)) : listing);
    }

    private Task<KeyListing> Refresh()
    {
        lock (_gate)
        {
            if (_refresh is null || IsOver(_refresh))
                _refresh = Start(async () =>
                {
                    var (turn, readAt) = (_reader.NextTurn(), clock.GetTimestamp());
                    var read = await _reader.ReadAllAsync(_listing, turn);
                    return Update(known => (known ?? new([], 0, Now)).Renew(read, turn, readAt, Now));
                });
            return _refresh.Task;
        }
    }

    /// <summary>Reads one name, which becomes one of those that are remembered when it has keys.</summary>
    private Task<KeyListing> LookUp(string name)
    {
        lock (_gate)
        {
            if (!_lookingUp.TryGetValue(name, out var attempt) || IsOver(attempt))
                _lookingUp[name] = attempt = Start(async () =>
                {
                    var read = await _reader.ReadAsync(name, _reader.NextTurn());
                    return Update(known => known!.With(read.Keys.Count > 0 || read.Plan is not null ? [read] : [], Now));
                });
            return attempt.Task;
        }
    }

    private Attempt<KeyListing> Start(Func<Task<KeyListing>> read)
    {
        var task = Task.Run(read, CancellationToken.None);

        // Observed, for a background refresh that nobody waits for; the next one tries again.
        _ = task.ContinueWith(static done => done.Exception, TaskScheduler.Default);
        return new(task, clock.GetTimestamp());
    }

    private KeyListing Update(Func<KeyListing?, KeyListing> change)
    {
        lock (_gate)
            return _listing = change(_listing);
    }

    private async Task<SigningKey> MakeAsync(string name)
    {
        var made = await signer.CreateAsync(name, CancellationToken.None);
        var read = await _reader.AdoptAsync(made);
        lock (_gate)
            _creating.Remove(name);
        return Update(known => (known ?? new([], clock.GetTimestamp(), Now)).With([read], Now)).Find(name, null) ?? made;
    }

    private bool IsOver<T>(Attempt<T> attempt) => attempt.Task.IsCompleted && clock.GetElapsedTime(attempt.StartedAt) >= RefreshSpacing;

    private sealed record Attempt<T>(Task<T> Task, long StartedAt);
}
