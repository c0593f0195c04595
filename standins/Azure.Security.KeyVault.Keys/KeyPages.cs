using System;
using System.Collections.Generic;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Azure.Core;

namespace Azure.Security.KeyVault.Keys;

/// <summary>A list of keys or versions: lazy, a request per page, as long as the vault names a next one.</summary>
internal sealed class KeyPages : AsyncPageable<KeyProperties>
{
    private readonly VaultPipeline _pipeline;
    private readonly Uri _vaultUri;
    private readonly string _path;

    public KeyPages(VaultPipeline pipeline, Uri vaultUri, string path, CancellationToken cancellationToken)
        : base(cancellationToken) => (_pipeline, _vaultUri, _path) = (pipeline, vaultUri, path);

    public override async IAsyncEnumerable<Page<KeyProperties>> AsPages(string continuationToken = null, int? pageSizeHint = null)
    {
        do
        {
            var (response, document) = continuationToken is null
                ? await _pipeline.SendAsync(RequestMethod.Get, _vaultUri, _path, null, CancellationToken).ConfigureAwait(false)
                : await _pipeline.FollowAsync(continuationToken, CancellationToken).ConfigureAwait(false);
            using (document)
            {
                var (items, nextLink) = VaultJson.ReadPage(document.RootElement);
                continuationToken = string.IsNullOrEmpty(nextLink) ? null : nextLink;
                yield return Page<KeyProperties>.FromValues(items, continuationToken, response);
            }
        }
        while (continuationToken is not null);
    }
}
