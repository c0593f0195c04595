using System;
using System.Buffers.Text;
using System.Threading;
using System.Threading.Tasks;
using Azure.Core;
using Azure.Core.Cryptography;

namespace Azure.Security.KeyVault.Keys.Cryptography;

/// <summary>Signs remotely. Of the other operations only those are here that the application uses: none so far.</summary>
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
        ArgumentNullException.ThrowIfNull(digest);
        var body = VaultJson.Write(json =>
        {
            json.WriteString("alg", algorithm.ToString());
            json.WriteString("value", Base64Url.EncodeToString(digest));
        });

        var (_, document) = await _pipeline.SendAsync(RequestMethod.Post, _keyId, "/sign", body, cancellationToken).ConfigureAwait(false);
        using (document)
        {
            var result = document.RootElement;
            return new SignResult(result.GetProperty("kid").GetString(), VaultJson.Bytes(result, "value"), algorithm);
        }
    }

    byte[] IKeyEncryptionKey.WrapKey(string algorithm, ReadOnlyMemory<byte> key, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    Task<byte[]> IKeyEncryptionKey.WrapKeyAsync(string algorithm, ReadOnlyMemory<byte> key, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    byte[] IKeyEncryptionKey.UnwrapKey(string algorithm, ReadOnlyMemory<byte> encryptedKey, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    Task<byte[]> IKeyEncryptionKey.UnwrapKeyAsync(string algorithm, ReadOnlyMemory<byte> encryptedKey, CancellationToken cancellationToken) =>
        throw new NotSupportedException();
}
