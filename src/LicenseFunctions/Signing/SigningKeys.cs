using System.Collections.Frozen;
using System.Security.Cryptography;

namespace LicenseFunctions.Signing;

/// <summary>
/// What the application signs with. The keys are listed once and remembered for 30 seconds; after that the remembered ones
/// serve while one refresh runs in the background, so no request waits for a listing once the first has been read.
/// </summary>
/// <remarks>
/// A refresh counts for a second, failed or not: callers that need one within that second get its outcome; so does a failed
/// creation. That bounds what unknown names, or a vault that is down, can cause.
/// </remarks>
public sealed class SigningKeys(ISigner signer, SignatureCache signatures, TimeProvider clock)
{
    /// <summary>The name of the key that signs whatever no product's own key signs.</summary>
    public const string Global = "global";

    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan RefreshSpacing = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Creation> _creating = new(StringComparer.Ordinal);
    private volatile Listing? _listing;
    private Task<Listing>? _refresh;
    private long _refreshedAt;
    private int _created;

    /// <summary>The current key of the name <see cref="Global"/>, made on first use.</summary>
    /// <exception cref="SigningUnavailableException">Keys can be neither read nor made at the moment.</exception>
    public async ValueTask<SigningKey> GlobalAsync(CancellationToken cancel) =>
        (await ListingAsync(cancel)).Current.GetValueOrDefault(Global) ?? await CreateAsync(Global, cancel);

    /// <summary>The current key of a name, or null when the name has none.</summary>
    /// <remarks>A name unknown to the remembered listing costs a new one, at most once a second for all callers.</remarks>
    /// <exception cref="SigningUnavailableException">Whether there is such a key cannot be said at the moment.</exception>
    public async ValueTask<SigningKey?> FindAsync(string name, CancellationToken cancel)
    {
        var listing = await ListingAsync(cancel);
        if (listing.Current.TryGetValue(name, out var key))
            return key;

        return (await Refresh().WaitAsync(cancel)).Current.GetValueOrDefault(name);
    }

    /// <summary>Makes the first key of a name; answers the current one when there is one. Found by <see cref="FindAsync"/> from then on.</summary>
    public Task<SigningKey> CreateAsync(string name, CancellationToken cancel)
    {
        lock (_gate)
        {
            if (!_creating.TryGetValue(name, out var creation)
                || (creation.Task.IsFaulted && clock.GetElapsedTime(creation.StartedAt) >= RefreshSpacing))
                _creating[name] = creation = new Creation(Task.Run(() => MakeAsync(name), CancellationToken.None), clock.GetTimestamp());
            return creation.Task.WaitAsync(cancel);
        }
    }

    /// <summary>Every key of every name that is published, by name, the current one of each name first.</summary>
    public async ValueTask<IReadOnlyList<SigningKey>> AllAsync(CancellationToken cancel)
    {
        await GlobalAsync(cancel);
        return (await ListingAsync(cancel)).Keys;
    }

    /// <summary>Signs a payload; equal payloads share one operation, see <see cref="SignatureCache"/>.</summary>
    public ValueTask<Signature> SignAsync(SigningKey key, ReadOnlyMemory<byte> payload, CancellationToken cancel) =>
        signatures.SignAsync(key, payload, cancel);

    /// <summary>Signs a payload that no other caller can have: one operation, and nothing of it is kept.</summary>
    /// <exception cref="SigningUnavailableException">Nothing can be signed now.</exception>
    public async Task<Signature> SignOnceAsync(SigningKey key, ReadOnlyMemory<byte> payload, CancellationToken cancel) =>
        new(key.KeyId, await signer.SignAsync(key, SHA256.HashData(payload.Span), cancel));

    private ValueTask<Listing> ListingAsync(CancellationToken cancel)
    {
        var listing = _listing;
        if (listing is null)
            return new ValueTask<Listing>(Refresh().WaitAsync(cancel));
        if (clock.GetElapsedTime(listing.ReadAt) >= Fresh)
            _ = Refresh();
        return new ValueTask<Listing>(listing);
    }

    private Task<Listing> Refresh()
    {
        lock (_gate)
        {
            if (_refresh is null || (_refresh.IsCompleted && clock.GetElapsedTime(_refreshedAt) >= RefreshSpacing))
            {
                _refreshedAt = clock.GetTimestamp();
                _refresh = Task.Run(ReadAsync, CancellationToken.None);

                // Observed, for a background refresh that nobody waits for; the next one tries again.
                _ = _refresh.ContinueWith(static done => done.Exception, TaskScheduler.Default);
            }

            return _refresh;
        }
    }

    private async Task<Listing> ReadAsync()
    {
        while (true)
        {
            var created = Volatile.Read(ref _created);
            var readAt = clock.GetTimestamp();
            var keys = await signer.ListAsync(CancellationToken.None);
            lock (_gate)
            {
                // A key made meanwhile may be missing from this listing, and it must not be forgotten again.
                if (created == _created)
                    return _listing = new Listing(keys, readAt);
            }
        }
    }

    private async Task<SigningKey> MakeAsync(string name)
    {
        var key = await signer.CreateAsync(name, CancellationToken.None);
        lock (_gate)
        {
            _created++;
            _listing = _listing?.With(key);
            _refresh = _refresh is { IsCompleted: true } ? null : _refresh; // What it answered is no longer all.
            _creating.Remove(name);
        }

        return key;
    }

    private sealed record Creation(Task<SigningKey> Task, long StartedAt);

    private sealed class Listing(IReadOnlyList<SigningKey> keys, long readAt)
    {
        public IReadOnlyList<SigningKey> Keys { get; } = keys;

        public long ReadAt { get; } = readAt;

        public FrozenDictionary<string, SigningKey> Current { get; } = keys
            .Where(key => key.State == SigningKeyState.Current)
            .ToFrozenDictionary(key => key.Name, StringComparer.Ordinal);

        public Listing With(SigningKey key) => Current.ContainsKey(key.Name)
            ? this
            : new Listing([.. Keys.Append(key).OrderBy(each => each.Name, StringComparer.Ordinal)], ReadAt);
    }
}
