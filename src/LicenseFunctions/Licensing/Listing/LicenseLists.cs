using LicenseFunctions.Storage;

namespace LicenseFunctions.Licensing.Listing;

/// <summary>Which licenses a list is of.</summary>
public sealed record LicenseFilter(long? ProductId, LicenseStatus? Status, string? OwnerEmail);

/// <summary>Reads lists and counts of licenses. Lists are in the order of product and number; a page is read, not walked to.</summary>
public sealed class LicenseLists(ITableStore store, Products products)
{
    /// <summary>Products whose counts are read at once, at most.</summary>
    private const int ProductsAtOnce = 16;

    /// <summary>The exact number of a product's licenses of a status. One trip, however many there are.</summary>
    public async Task<int> CountAsync(long productId, LicenseStatus? status, CancellationToken cancel) =>
        (await CountsAsync(productId, cancel).ConfigureAwait(false)).Sum(count => count.Total(status));

    /// <summary>The exact number of a contract's licenses, of one status or of all. One operation.</summary>
    public async Task<int> CountOfContractAsync(long contractId, LicenseStatus? status, CancellationToken cancel) => ShardCount.From(
        (await store.FindAsync(TableNames.Listing, ListingRows.Contract(contractId), ListingRows.Count, cancel).ConfigureAwait(false))?.Values)
        .Total(status);

    /// <summary>All of a contract's licenses, by number.</summary>
    public async Task<IReadOnlyList<License>> OfContractAsync(long contractId, CancellationToken cancel)
    {
        var licenses = new List<License>();
        var range = new RowRange(TableNames.Listing, ListingRows.Contract(contractId), ListingRows.Prefix);
        await foreach (var row in store.ListAsync(range, cancel).ConfigureAwait(false))
        {
            if (ListedLicense.From(row.Values) is { IsRemoved: false } listed)
                licenses.Add(listed.License);
        }

        return licenses;
    }

    /// <summary>One page.</summary>
    /// <param name="filter">Which licenses.</param>
    /// <param name="skip">Licenses before the page.</param>
    /// <param name="take">Licenses of the page.</param>
    /// <param name="cancel">Cancels the wait.</param>
    public async Task<IReadOnlyList<License>> PageAsync(LicenseFilter filter, int skip, int take, CancellationToken cancel)
    {
        if (filter.OwnerEmail is { } email)
            return await OfOwnerAsync(email, filter, skip, take, cancel).ConfigureAwait(false);
        if (filter.ProductId is { } one)
            return [.. await OfProductAsync(one, await CountsAsync(one, cancel).ConfigureAwait(false), filter.Status, skip, take, cancel).ConfigureAwait(false)];
        return await OfAllAsync(filter.Status, skip, take, cancel).ConfigureAwait(false);
    }

    internal async Task<ShardCount[]> CountsAsync(long productId, CancellationToken cancel) =>
        await Task.WhenAll(Enumerable.Range(0, ListingRows.Shards).Select(async shard => ShardCount.From(
            (await store.FindAsync(TableNames.Listing, ListingRows.Product(productId, shard), ListingRows.Count, cancel).ConfigureAwait(false))?.Values)))
            .ConfigureAwait(false);

    private async Task<List<License>> OfAllAsync(LicenseStatus? status, int skip, int take, CancellationToken cancel)
    {
        var page = new List<License>();
        // Every product that there ever was: the licenses of one that was deleted still exist.
        var last = await products.LastNumberAsync(cancel).ConfigureAwait(false);
        // The first products often fill the page; who looks farther looks at more of them at once.
        for (long from = 1, some = 1; from <= last && page.Count < take; from += some, some = Math.Min(2 * some, ProductsAtOnce))
        {
            var counted = await Task.WhenAll(NumbersFrom(from, Math.Min(some, last - from + 1))
                .Select(async id => (Id: id, Counts: await CountsAsync(id, cancel).ConfigureAwait(false)))).ConfigureAwait(false);
            foreach (var (id, counts) in counted)
            {
                var total = counts.Sum(count => count.Total(status));
                if (skip < total && page.Count < take)
                    page.AddRange(await OfProductAsync(id, counts, status, skip, take - page.Count, cancel).ConfigureAwait(false));
                skip = Math.Max(0, skip - total);
            }
        }

        return page;
    }

    private static IEnumerable<long> NumbersFrom(long first, long count) => Enumerable.Range(0, (int)count).Select(i => first + i);

    private async Task<IEnumerable<License>> OfProductAsync(
        long productId, ShardCount[] counts, LicenseStatus? status, int skip, int take, CancellationToken cancel)
    {
        var wanted = new List<long>();
        var gathered = 0;
        foreach (var block in counts.SelectMany(count => count.Blocks).Order())
        {
            var inBlock = counts[ListingRows.ShardOfBlock(block)].In(block, status);
            if (wanted.Count == 0 && skip >= inBlock)
            {
                skip -= inBlock;
                continue;
            }

            if (inBlock > 0)
                wanted.Add(block);
            gathered += inBlock;
            if (gathered >= skip + take)
                break;
        }

        var blocks = await Task.WhenAll(wanted.Select(block => BlockAsync(productId, block, status, cancel))).ConfigureAwait(false);
        return blocks.SelectMany(block => block).Skip(skip).Take(take);
    }

    internal async Task<List<License>> BlockAsync(long productId, long block, LicenseStatus? status, CancellationToken cancel)
    {
        var licenses = new List<License>();
        var range = new RowRange(TableNames.Listing, ListingRows.Product(productId, ListingRows.ShardOfBlock(block)), ListingRows.Prefix)
        {
            From = ListingRows.Row(block * ListingRows.BlockSize),
            Limit = ListingRows.BlockSize,
        };
        await foreach (var row in store.ListAsync(range, cancel).ConfigureAwait(false))
        {
            var listed = ListedLicense.From(row.Values);
            if (ListingRows.BlockOf(listed.License.Id) != block)
                break;
            if (!listed.IsRemoved && (status is null || listed.License.Status == status))
                licenses.Add(listed.License);
        }

        return licenses;
    }

    private async Task<IReadOnlyList<License>> OfOwnerAsync(string email, LicenseFilter filter, int skip, int take, CancellationToken cancel)
    {
        var page = new List<License>();
        var range = new RowRange(TableNames.Listing, ListingRows.Owner(email), ListingRows.Prefix);
        await foreach (var row in store.ListAsync(range, cancel).ConfigureAwait(false))
        {
            var listed = ListedLicense.From(row.Values);
            var isWanted = !listed.IsRemoved
                && (filter.ProductId is null || listed.License.ProductId == filter.ProductId)
                && (filter.Status is null || listed.License.Status == filter.Status);
            if (isWanted && --skip < 0)
                page.Add(listed.License);
            if (page.Count == take)
                break;
        }

        return page;
    }
}
