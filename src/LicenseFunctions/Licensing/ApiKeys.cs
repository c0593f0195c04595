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
public sealed class ApiKeys(ITableStore store, TimeProvider time)
{
    private const string KeyRow = "key";
    private const string Prefix = "lk_";
    private const int MostRemembered = 4096;

    private readonly ConcurrentDictionary<(string Hash, string Capability), IPAddress> _accepted = new();

    /// <summary>A key that nobody can guess: 256 random bits.</summary>
    public static string NewKey() => Prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    /// <summary>Says whether the key may be used for a capability from an address. One read.</summary>
    public async Task<ApiKeyStanding> CheckAsync(string hash, string capability, IPAddress? address, CancellationToken cancel)
    {
        var row = await store.FindAsync(TableNames.ApiKeys, hash, KeyRow, cancel).ConfigureAwait(false);
        var standing = Standing(row is null || !IsOf(row, hash) ? null : ApiKey.From(row), capability, address);
        if (_accepted.Count > MostRemembered)
            _accepted.Clear();
        if (standing == ApiKeyStanding.Accepted && address is not null)
            _accepted[(hash, capability)] = address;
        else
            _accepted.TryRemove((hash, capability), out _);
        return standing;
    }

    /// <summary>True when the last such request was accepted: a forecast, never an answer.</summary>
    public bool WasAccepted(string hash, string capability, IPAddress? address) =>
        _accepted.TryGetValue((hash, capability), out var last) && last.Equals(address);

    /// <summary>Creates a key.</summary>
    /// <param name="secret">The key; only its hash is stored.</param>
    /// <param name="draft">Name, capabilities and addresses.</param>
    /// <param name="cancel">Cancels the wait.</param>
    /// <returns>The key as stored, or null when it exists already.</returns>
    public async Task<ApiKey?> CreateAsync(string secret, ApiKey draft, CancellationToken cancel)
    {
        var key = draft with { Hash = LicenseRows.Hash(secret), CreatedAt = time.GetUtcNow().ToUnixTimeMilliseconds() };
        var result = await store.CommitAsync(
            TableNames.ApiKeys, key.Hash, [RowChange.Insert(KeyRow, key.ToValues())], cancel).ConfigureAwait(false);
        return result.Committed ? key : null;
    }

    public async Task<IReadOnlyList<ApiKey>> ListAsync(CancellationToken cancel)
    {
        var keys = new List<ApiKey>();
        await foreach (var row in store.ListAsync(new(TableNames.ApiKeys, null, KeyRow), cancel).ConfigureAwait(false))
            keys.Add(ApiKey.From(row));
        return [.. keys.OrderBy(key => key.CreatedAt)];
    }

    public async Task<bool> AnyAsync(CancellationToken cancel)
    {
        await foreach (var _ in store.ListAsync(new(TableNames.ApiKeys, null, KeyRow) { Limit = 1 }, cancel).ConfigureAwait(false))
            return true;
        return false;
    }

    /// <summary>Enables or disables a key. Null when no key has the id.</summary>
    public async Task<ApiKey?> SetActiveAsync(string id, bool active, CancellationToken cancel)
    {
        var found = (await ListAsync(cancel).ConfigureAwait(false)).FirstOrDefault(key => key.Id == id);
        return found is null ? null
            : await ConflictRetry.RunAsync(() => TrySetActiveAsync(found.Hash, active, cancel), time, cancel).ConfigureAwait(false);
    }

    private async Task<ApiKey?> TrySetActiveAsync(string hash, bool active, CancellationToken cancel)
    {
        var row = await store.FindAsync(TableNames.ApiKeys, hash, KeyRow, cancel).ConfigureAwait(false)
            ?? throw new InvalidOperationException("The API key was removed meanwhile.");
        var key = ApiKey.From(row) with { IsActive = active };
        var result = await store.CommitAsync(
            TableNames.ApiKeys, hash, [RowChange.Replace(KeyRow, key.ToValues(), row.ETag)], cancel).ConfigureAwait(false);
        return result.Committed ? key : null;
    }

    private static bool IsOf(Row row, string hash) =>
        CryptographicOperations.FixedTimeEquals(MemoryMarshal.AsBytes(row.Partition.AsSpan()), MemoryMarshal.AsBytes(hash.AsSpan()));

    private static ApiKeyStanding Standing(ApiKey? key, string capability, IPAddress? address) => key switch
    {
        null => ApiKeyStanding.Unknown,
        { IsActive: false } => ApiKeyStanding.Inactive,
        _ when !key.Allows(address) => ApiKeyStanding.WrongAddress,
        _ when !key.Has(capability) => ApiKeyStanding.LacksCapability,
        _ => ApiKeyStanding.Accepted,
    };
}
