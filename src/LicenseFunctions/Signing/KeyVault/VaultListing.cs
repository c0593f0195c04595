using System.Collections.Concurrent;
using Azure;
using Azure.Security.KeyVault.Keys;

namespace LicenseFunctions.Signing.KeyVault;

/// <summary>
/// Reads keys of a vault by their names, never the list of them all, so that a grant on each key is enough. The public half
/// of a version cannot change and is remembered for ever.
/// </summary>
internal sealed class VaultListing(KeyClient client, TimeProvider clock, TimeSpan settles)
{
    private readonly ConcurrentDictionary<(string Name, string Version), KeyVaultKey> _publicHalves = new();

    public async Task<IReadOnlyList<SigningKey>> ReadAsync(string name, CancellationToken cancel) =>
        KeyName.IsValid(name) ? await KeysAsync(name, await ReadVersionsAsync(name, cancel), cancel) : [];

    /// <summary>One version; null when it is not there, disabled, or does not sign.</summary>
    public async Task<SigningKey?> FindAsync(string name, string version, CancellationToken cancel)
    {
        try
        {
            KeyVaultKey key = await client.GetKeyAsync(name, version, cancel);
            _publicHalves[(name, version)] = key;
            return key.Properties.Enabled != false && Signs(key) ? Key(key, SigningKeyState.Announced) : null;
        }
        catch (RequestFailedException failure) when (failure.Status is 400 or 404)
        {
            return null; // 400: no version of a vault is called so, as one of a key folder that the store was moved from.
        }
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
                keys.Add(Key(key, state));
        }

        return keys;
    }

    public static SigningKey Key(KeyVaultKey key, SigningKeyState state) =>
        new(key.Name, key.Properties.Version, state, Trim(key.Key.N), Trim(key.Key.E)) { CreatedAt = key.Properties.CreatedOn };

    /// <summary>Keys that wrap, or curves, are somebody's business but not clients'.</summary>
    private static bool Signs(KeyVaultKey key) =>
        (key.KeyType == KeyType.Rsa || key.KeyType == KeyType.RsaHsm) && key.KeyOperations.Contains(KeyOperation.Sign);

    private static byte[] Trim(byte[] number) => number.AsSpan().TrimStart((byte)0).ToArray();
}
