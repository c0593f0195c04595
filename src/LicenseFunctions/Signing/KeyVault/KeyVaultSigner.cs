using System.Collections.Concurrent;
using System.Security.Cryptography;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Security.KeyVault.Keys;
using Azure.Security.KeyVault.Keys.Cryptography;

namespace LicenseFunctions.Signing.KeyVault;

/// <summary>
/// Keys in an Azure Key Vault, which signs itself and never gives a private half out. Which version plays which part:
/// <see cref="VaultVersions"/>.
/// </summary>
public sealed class KeyVaultSigner : ISigner
{
    private readonly ConcurrentDictionary<(string Name, string Version), CryptographyClient> _clients = new();
    private readonly KeyClient _vault;
    private readonly VaultCalls _calls;
    private readonly VaultListing _listing;
    private readonly VaultWrapping _wrapping;
    private readonly TimeSpan _settles;

    private KeyVaultSigner(KeyClient vault, TimeProvider clock, TimeSpan settles)
    {
        _vault = vault;
        _settles = settles;
        _calls = new VaultCalls(vault.VaultUri);
        _listing = new VaultListing(vault, clock, settles);
        _wrapping = new VaultWrapping(vault);
    }

    /// <summary>Connects lazily: nothing is asked of the vault before the first call.</summary>
    /// <param name="vaultUri">https only.</param>
    /// <param name="credential">May get, list the versions of, and sign with each key; also create, import and update, where keys are to be made.</param>
    /// <param name="clock">Decides whether a not-before lies ahead.</param>
    /// <param name="transport">Another way to the vault than the default one, for tests.</param>
    /// <param name="settles">
    /// After a first key was made: how long until nobody can make one of the same or an earlier second. Two seconds unless
    /// told: the vault counts whole ones, and the other one is for its servers' clocks. Waited once in the life of a name.
    /// </param>
    public static KeyVaultSigner Create(
        Uri vaultUri, TokenCredential credential, TimeProvider clock, HttpPipelineTransport? transport = null, TimeSpan? settles = null) =>
        new(VaultCalls.Connect(vaultUri, credential, transport), clock, settles ?? TimeSpan.FromSeconds(2));

    public Task<IReadOnlyList<SigningKey>> ListAsync(string name, CancellationToken cancel) =>
        _calls.RunAsync($"list the versions of the key '{name}'", token => _listing.ReadAsync(name, token), cancel);

    public Task<SigningKey?> FindAsync(string name, string version, CancellationToken cancel) =>
        _calls.RunAsync($"read the key '{name}'", token => _listing.FindAsync(name, version, token), cancel);

    public Task<SigningKey> CreateAsync(string name, CancellationToken cancel)
    {
        KeyName.Check(name);
        return _calls.RunAsync($"create the key '{name}'", token => FindOrCreateAsync(name, token), _settles, cancel);
    }

    public Task<SigningKey> AddAsync(string name, RSA? key, CancellationToken cancel)
    {
        KeyName.Check(name);
        return _calls.RunAsync($"add a version of the key '{name}'", async token => VaultListing.Key(
            key is null
                ? await _vault.CreateRsaKeyAsync(NewKey(name, VaultVersions.StateTag, VaultVersions.Announced), token)
                : await _vault.ImportKeyAsync(Imported(name, key), token),
            SigningKeyState.Announced), cancel);
    }

    public Task DisableAsync(SigningKey key, CancellationToken cancel) => _calls.RunAsync($"disable a version of the key '{key.Name}'", async token =>
    {
        KeyVaultKey held = await _vault.GetKeyAsync(key.Name, key.Version, token);
        held.Properties.Enabled = false;
        return await _vault.UpdateKeyPropertiesAsync(held.Properties, cancellationToken: token);
    }, cancel);

    public Task<byte[]> SignAsync(SigningKey key, ReadOnlyMemory<byte> digest, CancellationToken cancel) =>
        _calls.RunAsync($"sign with the key '{key.Name}'", token => SignRemotelyAsync(key, digest, token), cancel);

    public Task<byte[]> WrapAsync(ReadOnlyMemory<byte> key, CancellationToken cancel)
    {
        WrappedKey.CheckContentKey(key);
        return _calls.RunAsync("wrap a key", token => _wrapping.WrapAsync(key, token), cancel);
    }

    public Task<byte[]> UnwrapAsync(ReadOnlyMemory<byte> wrapped, CancellationToken cancel) =>
        _calls.RunAsync("unwrap a key", token => _wrapping.UnwrapAsync(wrapped, token), cancel);

    private async Task<SigningKey> FindOrCreateAsync(string name, CancellationToken cancel)
    {
        var versions = await _listing.ReadVersionsAsync(name, cancel);
        if (versions.Count == 0)
        {
            await _vault.CreateRsaKeyAsync(NewKey(name, VaultVersions.OriginTag, VaultVersions.FirstUse), cancel);
            await Task.Delay(_settles, cancel);
            versions = await _listing.ReadVersionsAsync(name, cancel);
        }

        while (!_listing.IsSettled(versions))
        {
            await Task.Delay(_settles / 4, cancel);
            versions = await _listing.ReadVersionsAsync(name, cancel);
        }

        // A name that has versions, none of which may sign, was left so by an operator: nothing is made behind his back.
        return (await _listing.KeysAsync(name, versions, cancel)).FirstOrDefault(key => key.State == SigningKeyState.Current)
            ?? throw new SigningUnavailableException($"The key '{name}' of the vault '{_vault.VaultUri.Host}' has no enabled version that signs: enable one, or run licensectl signing-key rotate {name} --now.");
    }

    private static CreateRsaKeyOptions NewKey(string name, string tag, string value) => new(name)
    {
        KeySize = 2048,
        KeyOperations = { KeyOperation.Sign, KeyOperation.Verify },
        Tags = { [tag] = value },
    };

    private static ImportKeyOptions Imported(string name, RSA key) =>
        new(name, new JsonWebKey(key, includePrivateParameters: true, [KeyOperation.Sign, KeyOperation.Verify]))
        {
            Properties = { Tags = { [VaultVersions.StateTag] = VaultVersions.Announced } },
        };

    private async Task<byte[]> SignRemotelyAsync(SigningKey key, ReadOnlyMemory<byte> digest, CancellationToken cancel)
    {
        if (!_clients.TryGetValue((key.Name, key.Version), out var client))
            client = _clients.GetOrAdd((key.Name, key.Version), _vault.GetCryptographyClient(key.Name, key.Version));
        var result = await client.SignAsync(SignatureAlgorithm.RS256, digest.ToArray(), cancel);
        return result.Signature;
    }
}
