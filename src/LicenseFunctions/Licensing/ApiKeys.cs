using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Net;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using LicenseFunctions.Storage;

namespace LicenseFunctions.Licensing;

/// <summary>Whether an API key may be used for something.</summary>
public enum ApiKeyStanding
{
    Accepted,
    Unknown,
    Inactive,
    WrongAddress,
    LacksCapability,
}

/// <summary>The API keys. Each is read anew for every request that names it.</summary>
public sealed class ApiKeys(ITableStore store, ApiKeyUse use, TimeProvider time)
{
    private const string KeyRow = "key";
    private const string Prefix = "lk_";
    private const int MostRemembered = 4096;

    private static readonly TimeSpan KeepEnded = TimeSpan.FromDays(30);

    private readonly ConcurrentDictionary<string, KnownKey> _known = new(StringComparer.Ordinal);

    /// <summary>A key that nobody can guess: 256 random bits.</summary>
    public static string NewKey() => Prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Says whether the key may be used for a capability from an address, and what else its row says. One read.</summary>
    public async Task<(ApiKeyStanding Standing, ApiKey? Key)> CheckAsync(string hash, string capability, IPAddress? address, CancellationToken cancel)
    {
        // A key of a version that made no copies, or whose making died between two of them, has its first row only.
        var known = _known.GetValueOrDefault(hash);
        var copies = known?.Copies ?? CopiesOf(hash);
        var row = await copies.FindAnyAsync(out var copy, cancel).ConfigureAwait(false);
        if (row is null && copy != 0)
            (row, copy) = (await copies.FindFirstAsync(cancel).ConfigureAwait(false), 0);
        var key = row is null || !IsOf(row, hash) ? null : known?.Read(row, copy) ?? ApiKey.From(row);
        var standing = Standing(key, capability, address);
        if (standing == ApiKeyStanding.Accepted)
            use.See(hash);
        if (standing == ApiKeyStanding.Accepted)
            known ??= Remember(hash, copies);
        known?.See(capability, standing == ApiKeyStanding.Accepted ? address : null);
        return (standing, key);
    }

    private KnownKey Remember(string hash, CopiedRow copies)
    {
        if (_known.Count >= MostRemembered)
            _known.Clear();
        return _known.GetOrAdd(hash, static (_, copies) => new(copies), copies);
    }

    /// <summary>True when the last such request was accepted: a forecast, never an answer.</summary>
    public bool WasAccepted(string hash, string capability, IPAddress? address) =>
        _known.TryGetValue(hash, out var known) && known.WasAccepted(capability, address);

    /// <summary>Creates a key.</summary>
    /// <param name="secret">The key; only its hash is stored.</param>
    /// <param name="draft">Name, capabilities and addresses.</param>
    /// <param name="cancel">Cancels the wait.</param>
    /// <returns>The key as stored, or null when it exists already.</returns>
    public async Task<ApiKey?> CreateAsync(string secret, ApiKey draft, CancellationToken cancel)
    {
        var key = draft with { Hash = LicenseRows.Hash(secret), CreatedAt = Now };
        return await CopiesOf(key.Hash).TryChangeAsync(null, key.ToValues(), cancel).ConfigureAwait(false) ? key : null;
    }

    public async Task<IReadOnlyList<ApiKey>> ListAsync(CancellationToken cancel)
    {
        var keys = new List<ApiKey>();
        await foreach (var row in store.ListAsync(new(TableNames.ApiKeys, null, KeyRow), cancel).ConfigureAwait(false))
        {
            if (row.Partition == CopiedRow.FirstOf(row.Partition))
                keys.Add(ApiKey.From(row));
        }

        return [.. keys.OrderBy(key => key.CreatedAt)];
    }

    public async Task<bool> AnyAsync(CancellationToken cancel)
    {
        await foreach (var _ in store.ListAsync(new(TableNames.ApiKeys, null, KeyRow) { Limit = 1 }, cancel).ConfigureAwait(false))
            return true;
        return false;
    }

    /// <summary>The secrets of the key with this id, oldest first; more than one while it is being rotated.</summary>
    public async Task<IReadOnlyList<ApiKey>> FindAsync(string id, CancellationToken cancel) =>
        [.. (await ListAsync(cancel).ConfigureAwait(false)).Where(key => key.Id == id)];

    /// <summary>Enables or disables a key, with whatever secrets it has. Null when no key has the id.</summary>
    public Task<ApiKey?> SetActiveAsync(string id, bool active, CancellationToken cancel) =>
        ChangeAsync(id, key => key with { IsActive = active }, cancel);

    /// <summary>Changes a key, with whatever secrets it has. Null when no key has the id.</summary>
    public async Task<ApiKey?> ChangeAsync(string id, Func<ApiKey, ApiKey> change, CancellationToken cancel)
    {
        ApiKey? changed = null;
        foreach (var key in await FindAsync(id, cancel).ConfigureAwait(false))
            changed = await UpdateAsync(key.Hash, change, cancel).ConfigureAwait(false);
        return changed;
    }

    /// <summary>
    /// Gives a key another secret; those that it had work until the overlap ends. The new one comes first: dying between
    /// the two leaves a secret that nobody has seen, which the next rotation ends like any other.
    /// </summary>
    /// <returns>The key with its new secret; null when no key has the id.</returns>
    public async Task<ApiKey?> RotateAsync(string id, string secret, TimeSpan overlap, CancellationToken cancel)
    {
        var now = Now;
        var before = (await FindAsync(id, cancel).ConfigureAwait(false)).Where(key => !key.HasEndedAt(now)).ToList();
        if (before.Count == 0 || await CreateAsync(secret, before[^1] with { Id = id, EndsAt = null }, cancel).ConfigureAwait(false) is not { } made)
            return null;
        var end = now + (long)overlap.TotalMilliseconds;
        foreach (var old in before)
            await UpdateAsync(old.Hash, key => key with { EndsAt = Math.Min(key.EndsAt ?? end, end) }, cancel).ConfigureAwait(false);
        return made;
    }

    /// <summary>Removes secrets that ended a while ago; until then they are told from ones that never were.</summary>
    /// <param name="keepPinned">At least so long one is kept that was pinned: it says how young answers of that signing key may be.</param>
    /// <param name="cancel">Cancels the wait.</param>
    public async Task RemoveEndedAsync(TimeSpan keepPinned, CancellationToken cancel)
    {
        var (before, beforePinned) = (Now - (long)KeepEnded.TotalMilliseconds, Now - (long)keepPinned.TotalMilliseconds);
        foreach (var key in (await ListAsync(cancel).ConfigureAwait(false)).Where(key => key.HasEndedAt(before)))
        {
            if (key.SigningKeyIds.Count + key.EndedPins.Count > 0 && !key.HasEndedAt(beforePinned))
                continue;
            await use.ForgetAsync(key.Hash, cancel).ConfigureAwait(false);
            await CopiesOf(key.Hash).RemoveAsync(cancel).ConfigureAwait(false);
        }
    }

    /// <summary>Brings the copies of every key up to its first row: finishes changes that died. Reads all keys.</summary>
    public async Task FinishChangesAsync(CancellationToken cancel)
    {
        var copies = new List<Row>();
        await foreach (var row in store.ListAsync(new(TableNames.ApiKeys, null, KeyRow), cancel).ConfigureAwait(false))
            copies.Add(row);
        foreach (var key in copies.GroupBy(row => CopiedRow.FirstOf(row.Partition)))
        {
            if (key.Count() < CopiedRow.Copies || key.Any(row => !row.Values.HoldsTheSameAs(key.First().Values)))
                await CopiesOf(key.Key).SpreadAsync(cancel).ConfigureAwait(false);
        }
    }

    /// <summary>Pins every key to a signing key, but for those that are pinned to one of the same name.</summary>
    /// <param name="keyId">The <c>kid</c>.</param>
    /// <param name="ofTheName">All of its name.</param>
    /// <param name="cancel">Cancels the wait.</param>
    /// <returns>The ids of the keys that are pinned to it now.</returns>
    public async Task<IReadOnlyList<string>> PinAsync(string keyId, IReadOnlyCollection<string> ofTheName, CancellationToken cancel)
    {
        foreach (var key in await ListAsync(cancel).ConfigureAwait(false))
        {
            await UpdateAsync(
                key.Hash, each => each.SigningKeyIds.Any(ofTheName.Contains) ? each : each with { SigningKeyIds = [.. each.SigningKeyIds, keyId] },
                cancel).ConfigureAwait(false);
        }

        return await PinnedToAsync(keyId, cancel).ConfigureAwait(false);
    }

    /// <summary>The ids of the keys that are pinned to a signing key and work.</summary>
    public async Task<IReadOnlyList<string>> PinnedToAsync(string keyId, CancellationToken cancel) => (await PinsAsync(keyId, cancel).ConfigureAwait(false)).Ids;

    /// <summary>The ids of the keys that are pinned to a signing key and work; and when the last of the others ceased to.</summary>
    public async Task<(IReadOnlyList<string> Ids, long? LastEndedAt)> PinsAsync(string keyId, CancellationToken cancel)
    {
        var (now, keys) = (Now, await ListAsync(cancel).ConfigureAwait(false));
        return (
            [.. keys.Where(key => key.SigningKeyIds.Contains(keyId, StringComparer.Ordinal) && !key.HasEndedAt(now)).Select(key => key.Id).Distinct(StringComparer.Ordinal)],
            keys.Max(key => key.PinnedUntil(keyId, now)));
    }

    private Task<ApiKey> UpdateAsync(string hash, Func<ApiKey, ApiKey> change, CancellationToken cancel) => ConflictRetry.RunAsync(async () =>
    {
        var row = await CopiesOf(hash).FindFirstAsync(cancel).ConfigureAwait(false)
            ?? throw new InvalidOperationException("The API key was removed meanwhile.");
        var before = ApiKey.From(row);
        var key = change(before).ComingFrom(before, Now);
        return await CopiesOf(hash).TryChangeAsync(row, key.ToValues(), cancel).ConfigureAwait(false) ? key : null;
    }, time, cancel);

    /// <summary>One key is in every copy of a vendor's application: all of its requests read this row.</summary>
    private CopiedRow CopiesOf(string hash) => new(store, time, TableNames.ApiKeys, hash, KeyRow);

    private static bool IsOf(Row row, string hash) =>
        CryptographicOperations.FixedTimeEquals(MemoryMarshal.AsBytes(row.Partition.AsSpan(0, hash.Length)), MemoryMarshal.AsBytes(hash.AsSpan()));

    private ApiKeyStanding Standing(ApiKey? key, string capability, IPAddress? address) => key switch
    {
        null => ApiKeyStanding.Unknown,
        { IsActive: false } => ApiKeyStanding.Inactive,
        _ when key.HasEndedAt(Now) => ApiKeyStanding.Inactive,
        _ when !key.Allows(address) => ApiKeyStanding.WrongAddress,
        _ when !key.Has(capability) => ApiKeyStanding.LacksCapability,
        _ => ApiKeyStanding.Accepted,
    };

    /// <summary>A key that was accepted lately: its rows are read for every request, but made a key of only when they changed.</summary>
    private sealed class KnownKey(CopiedRow copies)
    {
        private readonly Tuple<string, ApiKey>?[] _read = new Tuple<string, ApiKey>?[CopiedRow.Copies];
        private readonly ConcurrentDictionary<string, IPAddress> _accepted = new(StringComparer.Ordinal);

        public CopiedRow Copies => copies;

        public bool WasAccepted(string capability, IPAddress? address) => _accepted.TryGetValue(capability, out var last) && last.Equals(address);

        /// <summary>Notes from which address a request was accepted last; null when it was not.</summary>
        public void See(string capability, IPAddress? address)
        {
            if (address is null)
                _accepted.TryRemove(capability, out _);
            else if (!WasAccepted(capability, address))
                _accepted[capability] = address;
        }

        public ApiKey Read(Row row, int copy)
        {
            if (Volatile.Read(ref _read[copy]) is { } last && last.Item1 == row.ETag)
                return last.Item2;
            var key = ApiKey.From(row);
            Volatile.Write(ref _read[copy], Tuple.Create(row.ETag, key));
            return key;
        }
    }
}
