using System.Collections.Concurrent;
using Azure;
using Azure.Security.KeyVault.Keys;

namespace LicenseFunctions.Signing.KeyVault;

/// <summary>
/// Reads the keys of a vault and remembers what cannot change: the public half of a version for ever, the versions of a
/// key as long as the vault's list of keys shows its latest one unchanged. So a refresh mostly costs that one list.
/// </summary>
internal sealed class VaultListing(KeyClient client, TimeProvider clock, TimeSpan settles)
{
    private const int Parallelism = 8;

    // What happens to an older version alone (it is disabled, say) does not show in the list of keys.
    private static readonly TimeSpan RereadVersions = TimeSpan.FromMinutes(5);

    private readonly ConcurrentDictionary<(string Name, string Version), KeyVaultKey> _publicHalves = new();
    private readonly ConcurrentDictionary<string, Remembered> _versions = new(StringComparer.Ordinal);

    public async Task<IReadOnlyList<SigningKey>> ReadAsync(CancellationToken cancel)
    {
        var latest = new List<KeyProperties>();
        await foreach (var key in client.GetPropertiesOfKeysAsync(cancel))
        {
            if (KeyName.IsValid(key.Name)) // The vault may hold other people's keys too.
                latest.Add(key);
        }

        var keys = new ConcurrentDictionary<string, IReadOnlyList<SigningKey>>(StringComparer.Ordinal);
        var options = new ParallelOptions { MaxDegreeOfParallelism = Parallelism, CancellationToken = cancel };
        await Parallel.ForEachAsync(latest, options, async (key, token) =>
            keys[key.Name] = await KeysAsync(key.Name, await VersionsAsync(key, token), token));
        return [.. keys.OrderBy(pair => pair.Key, StringComparer.Ordinal).SelectMany(pair => pair.Value)];
    }

    /// <summary>The versions of one name, read anew; none when the vault does not know it.</summary>
    public async Task<IReadOnlyList<KeyProperties>> ReadVersionsAsync(string name, CancellationToken cancel)
    {
        var versions = new List<KeyProperties>();
        try
        {
            await foreach (var version in client.GetPropertiesOfKeyVersionsAsync(name, cancel))
                versions.Add(version);
        }
        catch (RequestFailedException failure) when (failure.Status == 404)
        {
            versions.Clear();
        }

        return versions;
    }

    public bool IsSettled(IReadOnlyList<KeyProperties> versions) => VaultVersions.IsSettled(versions, clock.GetUtcNow(), settles);

    /// <summary>What clients may know of these versions: nothing until it is settled which one counts.</summary>
    public async Task<IReadOnlyList<SigningKey>> KeysAsync(string name, IReadOnlyList<KeyProperties> versions, CancellationToken cancel)
    {
        var keys = new List<SigningKey>();
        if (!IsSettled(versions))
            return keys;

        foreach (var (version, state) in VaultVersions.Judge(versions, clock.GetUtcNow()))
        {
            if (!_publicHalves.TryGetValue((name, version.Version), out var key))
                _publicHalves[(name, version.Version)] = key = await client.GetKeyAsync(name, version.Version, cancel);
            if (Signs(key))
                keys.Add(new SigningKey(name, version.Version, state, Trim(key.Key.N), Trim(key.Key.E)));
        }

        return keys;
    }

    private async Task<IReadOnlyList<KeyProperties>> VersionsAsync(KeyProperties latest, CancellationToken cancel)
    {
        var look = new Look(latest.CreatedOn, latest.UpdatedOn, latest.Enabled);
        if (_versions.TryGetValue(latest.Name, out var known) && known.Look == look && clock.GetElapsedTime(known.ReadAt) < RereadVersions)
            return known.Versions;

        var readAt = clock.GetTimestamp();
        var versions = await ReadVersionsAsync(latest.Name, cancel);

        // A look of this very second may be the look of something newer in the same second.
        var lookIsFinal = latest.UpdatedOn is not { } updated || (clock.GetUtcNow() - updated).Duration() >= settles;
        if (lookIsFinal && IsSettled(versions))
            _versions[latest.Name] = new Remembered(look, readAt, versions);
        return versions;
    }

    /// <summary>Keys that wrap, or curves, are somebody's business but not clients'.</summary>
    private static bool Signs(KeyVaultKey key) =>
        (key.KeyType == KeyType.Rsa || key.KeyType == KeyType.RsaHsm) && key.KeyOperations.Contains(KeyOperation.Sign);

    private static byte[] Trim(byte[] number) => number.AsSpan().TrimStart((byte)0).ToArray();

    private sealed record Look(DateTimeOffset? CreatedOn, DateTimeOffset? UpdatedOn, bool? Enabled);

    private sealed record Remembered(Look Look, long ReadAt, IReadOnlyList<KeyProperties> Versions);
}
