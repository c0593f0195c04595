using System.Collections.Concurrent;
using LicenseFunctions.Licensing;
using LicenseFunctions.Signing;

namespace LicenseFunctions.SignedApi;

/// <summary>
/// Each product's own key pair for the files that are read without a server: made when first asked for, whoever stores one
/// first wins; its private half is kept open in memory for a few minutes, so a vault is asked rarely.
/// </summary>
public sealed class ProductOfflineKeys(OfflineKeys keys, OfflineKeySeal seal, TimeProvider time)
{
    private const int MostOpen = 256;

    private static readonly TimeSpan StaysOpen = TimeSpan.FromMinutes(5);

    private readonly ConcurrentDictionary<long, (OfflineKeyPair Pair, long At)> _open = new();
    private readonly SharedReads<OfflineKey?> _finding = new(time);

    /// <summary>The public half (PEM); null when the product is gone.</summary>
    /// <exception cref="SigningUnavailableException">A pair is to be made and cannot be at the moment.</exception>
    public async Task<string?> PublicKeyAsync(long productId, CancellationToken cancel) =>
        (await FindOrMakeAsync(productId, cancel).ConfigureAwait(false))?.PublicKeyPem;

    /// <summary>The pair, to be used at once; null when the product is gone.</summary>
    /// <exception cref="SigningUnavailableException">It cannot be made or opened at the moment.</exception>
    public async Task<OfflineKeyPair?> OpenAsync(long productId, CancellationToken cancel)
    {
        if (_open.TryGetValue(productId, out var open) && time.GetElapsedTime(open.At) < StaysOpen)
            return open.Pair;
        Forget();
        if (await FindOrMakeAsync(productId, cancel).ConfigureAwait(false) is not { } key)
            return null;
        var pair = await seal.OpenAsync(new(key.PublicKeyPem, key.WrappedKey, key.PrivateKey), cancel).ConfigureAwait(false);
        _open[productId] = (pair, time.GetTimestamp());
        return pair;
    }

    /// <summary>Requests that come at once share the making, which costs a good part of a second of computation.</summary>
    private Task<OfflineKey?> FindOrMakeAsync(long productId, CancellationToken cancel) =>
        _finding.ReadAsync(productId, FindOrMakeAsync, cancel);

    private async Task<OfflineKey?> FindOrMakeAsync(long productId)
    {
        if (await keys.FindAsync(productId, CancellationToken.None).ConfigureAwait(false) is { } found)
            return found;
        var made = await seal.MakeAsync(CancellationToken.None).ConfigureAwait(false);
        return await keys.AddAsync(productId, new(made.PublicKeyPem, made.WrappedKey, made.PrivateKey), CancellationToken.None).ConfigureAwait(false);
    }

    private void Forget()
    {
        foreach (var (productId, open) in _open)
        {
            if (time.GetElapsedTime(open.At) >= StaysOpen || _open.Count >= MostOpen)
                _open.TryRemove(productId, out _);
        }
    }
}
