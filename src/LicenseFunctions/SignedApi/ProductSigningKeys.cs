using System.Globalization;
using LicenseFunctions.Licensing;
using LicenseFunctions.Signing;

namespace LicenseFunctions.SignedApi;

/// <summary>Gives products signing keys of their own.</summary>
public sealed class ProductSigningKeys(Products products, SigningKeys keys)
{
    /// <summary>What a product's own signing key is called.</summary>
    public static string NameOf(long productId) => string.Create(CultureInfo.InvariantCulture, $"product-{productId}");

    /// <summary>
    /// Makes the product's key and has it sign what concerns the product from then on (within the five seconds for which
    /// products are remembered). The key comes first: dying between the two leaves a key that nothing names, and the next
    /// call goes on with it.
    /// </summary>
    /// <returns>The key; null when there is no such product.</returns>
    /// <exception cref="SigningUnavailableException">It cannot be made at the moment.</exception>
    public async Task<SigningKey?> CreateAsync(long productId, CancellationToken cancel)
    {
        if (await products.FindAsync(productId, cancel).ConfigureAwait(false) is null)
            return null;
        var key = await keys.CreateAsync(NameOf(productId), cancel).ConfigureAwait(false);
        var updated = await products.UpdateAsync(productId, product => product with { SigningKeyName = key.Name }, cancel).ConfigureAwait(false);
        return updated is null ? null : key;
    }
}
