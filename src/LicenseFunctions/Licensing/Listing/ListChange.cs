namespace LicenseFunctions.Licensing.Listing;

/// <summary>What a list shall hold of one license.</summary>
/// <param name="Partition">The list: a shard of a product, an owner, or a contract.</param>
/// <param name="IsCounted">True for products, whose shards are counted, and for contracts.</param>
/// <param name="Entry">The license, or its removal.</param>
public sealed record ListChange(string Partition, bool IsCounted, ListedLicense Entry)
{
    /// <summary>What the lists shall hold after a change of a license.</summary>
    /// <param name="license">The license after the change.</param>
    /// <param name="isDeleted">True when it was deleted.</param>
    /// <param name="formerProduct">The product it belonged to, when that changed.</param>
    /// <param name="formerOwner">The owner it belonged to, when that changed.</param>
    /// <param name="formerExpiry">The list of expiring licenses it was in, when that changed.</param>
    public static IEnumerable<ListChange> Of(License license, bool isDeleted, long? formerProduct, string? formerOwner, string? formerExpiry = null)
    {
        yield return OfProduct(license.ProductId, new(license, isDeleted));
        if (formerProduct is { } product)
            yield return OfProduct(product, new(license, true));
        if (license.OwnerEmail is { } owner)
            yield return new(ListingRows.Owner(owner), false, new(license, isDeleted));
        if (license.ContractId is { } contract)
            yield return new(ListingRows.Contract(contract), true, new(license, isDeleted));
        if (ListingRows.Expiry(license) is { } expiry)
            yield return new(expiry, false, new(license, isDeleted || license.ExpiryTold == license.ExpiresAt));
        if (formerExpiry is not null)
            yield return new(formerExpiry, false, new(license, true));
        if (formerOwner is not null)
            yield return new(ListingRows.Owner(formerOwner), false, new(license, true));
    }

    private static ListChange OfProduct(long product, ListedLicense entry) => new(
        ListingRows.Product(product, ListingRows.ShardOfBlock(ListingRows.BlockOf(entry.License.Id))), true, entry);
}
