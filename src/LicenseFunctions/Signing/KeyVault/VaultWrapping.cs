using Azure;
using Azure.Security.KeyVault.Keys;
using Azure.Security.KeyVault.Keys.Cryptography;

namespace LicenseFunctions.Signing.KeyVault;

/// <summary>
/// Wraps content keys with a vault key of its own. What was wrapped names its version, so it does not matter which of two
/// first versions wins when two processes make one each: both unwrap what they wrapped.
/// </summary>
internal sealed class VaultWrapping(KeyClient vault)
{
    public async Task<byte[]> WrapAsync(ReadOnlyMemory<byte> key, CancellationToken cancel)
    {
        var version = (await FindOrCreateAsync(cancel)).Properties.Version;
        var result = await Client(version).WrapKeyAsync(KeyWrapAlgorithm.RsaOaep256, key.ToArray(), cancel);
        return WrappedKey.Join(version, result.EncryptedKey);
    }

    public async Task<byte[]> UnwrapAsync(ReadOnlyMemory<byte> joined, CancellationToken cancel)
    {
        var (version, wrapped) = WrappedKey.Split(joined.Span);
        return (await Client(version).UnwrapKeyAsync(KeyWrapAlgorithm.RsaOaep256, wrapped, cancel)).Key;
    }

    // Asked anew each time: a content key is wrapped once in the life of a product.
    private async Task<KeyVaultKey> FindOrCreateAsync(CancellationToken cancel)
    {
        try
        {
            return await vault.GetKeyAsync(KeyName.Wrapping, cancellationToken: cancel);
        }
        catch (RequestFailedException failure) when (failure.Status == 404)
        {
            return await vault.CreateRsaKeyAsync(
                new CreateRsaKeyOptions(KeyName.Wrapping) { KeySize = 2048, KeyOperations = { KeyOperation.WrapKey, KeyOperation.UnwrapKey } }, cancel);
        }
    }

    private CryptographyClient Client(string version) => vault.GetCryptographyClient(KeyName.Wrapping, version);
}
