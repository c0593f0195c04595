using System;
using System.Buffers.Text;
using System.Threading;
using System.Threading.Tasks;
using Azure.Core;
using Azure.Core.Cryptography;

namespace Azure.Security.KeyVault.Keys.Cryptography;

/// <summary>
/// Signs, wraps and unwraps, all of it remotely (the official client wraps locally once it knows the public key). Of the
/// other operations none is here that the application does not use.
/// </summary>
public class CryptographyClient : IKeyEncryptionKey
{
    private readonly VaultPipeline _pipeline;
    private readonly Uri _keyId;

    public CryptographyClient(Uri keyId, TokenCredential credential)
        : this(keyId, credential, null)
    {
    }

    public CryptographyClient(Uri keyId, TokenCredential credential, CryptographyClientOptions options)
    {
        ArgumentNullException.ThrowIfNull(keyId);
        ArgumentNullException.ThrowIfNull(credential);
        options ??= new CryptographyClientOptions();
        _keyId = keyId;
        _pipeline = new VaultPipeline(options, options.ApiVersion, credential, options.DisableChallengeResourceVerification);
    }

    /// <summary>Shares the pipeline, and so the tokens, of the client of the whole vault.</summary>
    internal CryptographyClient(Uri keyId, VaultPipeline pipeline) => (_keyId, _pipeline) = (keyId, pipeline);

    protected CryptographyClient()
    {
    }

    public virtual string KeyId => _keyId.AbsoluteUri;

    public virtual async Task<SignResult> SignAsync(SignatureAlgorithm algorithm, byte[] digest, CancellationToken cancellationToken = default)
    {
        var (keyId, signature) = await SendAsync("/sign", algorithm.ToString(), digest, cancellationToken).ConfigureAwait(false);
        return new SignResult(keyId, signature, algorithm);
    }

    public virtual async Task<WrapResult> WrapKeyAsync(KeyWrapAlgorithm algorithm, byte[] key, CancellationToken cancellationToken = default)
    {
        var (keyId, encryptedKey) = await SendAsync("/wrapkey", algorithm.ToString(), key, cancellationToken).ConfigureAwait(false);
        return new WrapResult(keyId, encryptedKey, algorithm);
    }

    public virtual async Task<UnwrapResult> UnwrapKeyAsync(KeyWrapAlgorithm algorithm, byte[] encryptedKey, CancellationToken cancellationToken = default)
    {
        var (keyId, key) = await SendAsync("/unwrapkey", algorithm.ToString(), encryptedKey, cancellationToken).ConfigureAwait(false);
        return new UnwrapResult(keyId, key, algorithm);
    }

    byte[] IKeyEncryptionKey.WrapKey(string algorithm, ReadOnlyMemory<byte> key, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    Task<byte[]> IKeyEncryptionKey.WrapKeyAsync(string algorithm, ReadOnlyMemory<byte> key, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    byte[] IKeyEncryptionKey.UnwrapKey(string algorithm, ReadOnlyMemory<byte> encryptedKey, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    Task<byte[]> IKeyEncryptionKey.UnwrapKeyAsync(string algorithm, ReadOnlyMemory<byte> encryptedKey, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    private async Task<(string KeyId, byte[] Value)> SendAsync(string operation, string algorithm, byte[] value, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(value);
        var body = VaultJson.Write(json =>
        {
            json.WriteString("alg", algorithm);
            json.WriteString("value", Base64Url.EncodeToString(value));
        });

        var (_, document) = await _pipeline.SendAsync(RequestMethod.Post, _keyId, operation, body, cancellationToken).ConfigureAwait(false);
        using (document)
        {
            var result = document.RootElement;
            return (result.GetProperty("kid").GetString(), VaultJson.Bytes(result, "value"));
        }
    }
}
