using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Azure.Core;
using Azure.Security.KeyVault.Keys.Cryptography;

namespace Azure.Security.KeyVault.Keys;

public class KeyClient
{
    private readonly VaultPipeline _pipeline;

    public KeyClient(Uri vaultUri, TokenCredential credential)
        : this(vaultUri, credential, null)
    {
    }

    public KeyClient(Uri vaultUri, TokenCredential credential, KeyClientOptions options)
    {
        ArgumentNullException.ThrowIfNull(vaultUri);
        ArgumentNullException.ThrowIfNull(credential);
        options ??= new KeyClientOptions();
        VaultUri = vaultUri;
        _pipeline = new VaultPipeline(options, options.ApiVersion, credential, options.DisableChallengeResourceVerification);
    }

    protected KeyClient()
    {
    }

    public virtual Uri VaultUri { get; }

    public virtual async Task<Response<KeyVaultKey>> GetKeyAsync(string name, string version = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return await SendAsync(RequestMethod.Get, $"/keys/{name}/{version}", null, cancellationToken).ConfigureAwait(false);
    }

    public virtual async Task<Response<KeyVaultKey>> CreateRsaKeyAsync(CreateRsaKeyOptions rsaKeyOptions, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(rsaKeyOptions);
        var body = VaultJson.Write(rsaKeyOptions);
        return await SendAsync(RequestMethod.Post, $"/keys/{rsaKeyOptions.Name}/create", body, cancellationToken).ConfigureAwait(false);
    }

    public virtual async Task<Response<KeyVaultKey>> ImportKeyAsync(ImportKeyOptions importKeyOptions, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(importKeyOptions);
        var body = VaultJson.Write(importKeyOptions);
        return await SendAsync(RequestMethod.Put, $"/keys/{importKeyOptions.Name}", body, cancellationToken).ConfigureAwait(false);
    }

    public virtual async Task<Response<KeyVaultKey>> UpdateKeyPropertiesAsync(
        KeyProperties properties, IEnumerable<KeyOperation> keyOperations = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(properties);
        var body = VaultJson.Write(properties, keyOperations);
        return await SendAsync(RequestMethod.Patch, $"/keys/{properties.Name}/{properties.Version}", body, cancellationToken).ConfigureAwait(false);
    }

    public virtual AsyncPageable<KeyProperties> GetPropertiesOfKeyVersionsAsync(string name, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return new KeyPages(_pipeline, VaultUri, $"/keys/{name}/versions", cancellationToken);
    }

    public virtual CryptographyClient GetCryptographyClient(string keyName, string keyVersion = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(keyName);
        return new CryptographyClient(new Uri(VaultUri, $"/keys/{keyName}/{keyVersion}"), _pipeline);
    }

    private async Task<Response<KeyVaultKey>> SendAsync(RequestMethod method, string path, byte[] body, CancellationToken cancellationToken)
    {
        var (response, document) = await _pipeline.SendAsync(method, VaultUri, path, body, cancellationToken).ConfigureAwait(false);
        using (document)
            return Response.FromValue(VaultJson.ReadKey(document.RootElement), response);
    }
}
