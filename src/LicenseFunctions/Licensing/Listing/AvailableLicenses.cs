namespace LicenseFunctions.Licensing.Listing;

/// <summary>Finds licenses that nobody has yet, in an order of chance, so that callers at one time rarely meet.</summary>
public sealed class AvailableLicenses(LicenseLists lists)
{
    /// <summary>Blocks that are read at once.</summary>
    private const int AtOnce = 8;

    /// <summary>Up to so many of a product's available licenses.</summary>
    /// <param name="productId">The product.</param>
    /// <param name="most">How many are wanted.</param>
    /// <param name="isWanted">False for those that are not to be had: of contracts, or known to be gone.</param>
    /// <param name="cancel">Cancels the wait.</param>
    public async Task<IReadOnlyList<License>> FindAsync(long productId, int most, Func<License, bool> isWanted, CancellationToken cancel)
    {
        var counts = await lists.CountsAsync(productId, cancel).ConfigureAwait(false);
        var blocks = counts.SelectMany(count => count.Blocks.Where(block => count.In(block, LicenseStatus.Available) > 0)).Order().ToArray();
        var start = blocks.Length == 0 ? 0 : Random.Shared.Next(blocks.Length);
        var found = new List<License>();
        foreach (var some in blocks.Skip(start).Concat(blocks.Take(start)).Chunk(AtOnce))
        {
            var read = await Task.WhenAll(some.Select(block => lists.BlockAsync(productId, block, LicenseStatus.Available, cancel))).ConfigureAwait(false);
            found.AddRange(read.SelectMany(block => block).Where(isWanted));
            if (found.Count >= most)
                break;
        }

        var licenses = found.ToArray();
        Random.Shared.Shuffle(licenses);
        return licenses.Length > most ? licenses[..most] : licenses;
    }
}
