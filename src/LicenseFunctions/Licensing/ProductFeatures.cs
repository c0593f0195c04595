namespace LicenseFunctions.Licensing;

/// <summary>The features of products: one row per feature beside the product. Licenses keep their own values in their row.</summary>
public sealed class ProductFeatures(ProductParts parts)
{
    /// <summary>The features of one product, in the order of creation.</summary>
    public async Task<IReadOnlyList<ProductFeature>> ListAsync(long productId, CancellationToken cancel) =>
        (await parts.ListAsync(ProductRows.Feature, productId, cancel).ConfigureAwait(false)).ConvertAll(ProductFeature.From);

    /// <summary>One feature; null when the product has none of that key.</summary>
    public async Task<ProductFeature?> FindAsync(long productId, string key, CancellationToken cancel) =>
        await parts.FindAsync(ProductRows.Feature, productId, key, cancel).ConfigureAwait(false) is { } row ? ProductFeature.From(row) : null;

    /// <summary>Adds a feature, or changes the one of that key. False when there are too many, or no such product.</summary>
    public async Task<bool> SetAsync(long productId, ProductFeature feature, CancellationToken cancel)
    {
        if (feature.Key.Length is 0 or > ProductFeature.LongestKey || feature.Label.Length > ProductFeature.LongestKey)
            throw new ArgumentException($"A feature's key has 1 to {ProductFeature.LongestKey} characters, and its label no more.", nameof(feature));
        return await parts.ReplaceAsync(
                ProductRows.Feature, productId, feature.Key, row => feature.ToValues(productId, row.GetNumber("number")), null, cancel).ConfigureAwait(false)
            || await parts.AddAsync(
                ProductRows.Feature, productId, feature.Key, number => feature.ToValues(productId, number), ProductFeature.Most, null, cancel)
                .ConfigureAwait(false) == PartAddition.Added;
    }

    /// <summary>Removes a feature. False when the product has none of that key.</summary>
    public Task<bool> RemoveAsync(long productId, string key, CancellationToken cancel) =>
        parts.RemoveAsync(ProductRows.Feature, productId, key, null, cancel);
}
