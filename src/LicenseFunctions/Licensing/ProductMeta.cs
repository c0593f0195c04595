using LicenseFunctions.Limits;
using LicenseFunctions.Storage;

namespace LicenseFunctions.Licensing;

/// <summary>The metadata of products: one row per key beside the product. What a request has done already it finds done.</summary>
public sealed class ProductMeta(ProductParts parts, Traces traces)
{
    private const string Owner = "product_id";

    /// <summary>The metadata of one product, in the order of creation.</summary>
    public async Task<IReadOnlyList<MetaEntry>> ListAsync(long productId, CancellationToken cancel) =>
        (await parts.ListAsync(ProductRows.Meta, productId, cancel).ConfigureAwait(false)).ConvertAll(MetaEntry.From);

    /// <summary>The metadata of all products, by their numbers.</summary>
    public async Task<ILookup<long, MetaEntry>> ListAllAsync(CancellationToken cancel) =>
        (await parts.ListAllAsync(ProductRows.Meta, cancel).ConfigureAwait(false))
        .SelectMany(rows => rows, (rows, row) => (rows.Key, Entry: MetaEntry.From(row)))
        .ToLookup(each => each.Key, each => each.Entry);

    public async Task<MetaOutcome> CreateAsync(long productId, string key, string value, Operation? operation, CancellationToken cancel)
    {
        if (await IsDoneAsync(operation, cancel).ConfigureAwait(false))
            return MetaOutcome.Done;
        var addition = await parts.AddAsync(
            ProductRows.Meta, productId, key, number => new MetaEntry(number, key, value).ToValues(Owner, productId), MetaEntry.Most,
            Trace(operation, productId, cancel), cancel).ConfigureAwait(false);
        // What an earlier attempt began may have landed since it was looked for.
        if (addition is PartAddition.Exists or PartAddition.Full && await IsDoneAsync(operation, cancel).ConfigureAwait(false))
            return MetaOutcome.Done;
        return addition switch
        {
            PartAddition.Added => MetaOutcome.Done,
            PartAddition.Exists => MetaOutcome.KeyExists,
            PartAddition.Full => MetaOutcome.Full,
            PartAddition.ProductUnknown => MetaOutcome.OwnerUnknown,
        };
    }

    public async Task<MetaOutcome> UpdateAsync(long productId, string key, string value, Operation? operation, CancellationToken cancel) =>
        await IsDoneAsync(operation, cancel).ConfigureAwait(false) || await parts.ReplaceAsync(
            ProductRows.Meta, productId, key, row => (MetaEntry.From(row) with { Value = value }).ToValues(Owner, productId), Trace(operation, productId, cancel), cancel)
            .ConfigureAwait(false)
            ? MetaOutcome.Done
            : MetaOutcome.KeyUnknown;

    public async Task<MetaOutcome> DeleteAsync(long productId, string key, Operation? operation, CancellationToken cancel) =>
        await IsDoneAsync(operation, cancel).ConfigureAwait(false)
        || await parts.RemoveAsync(ProductRows.Meta, productId, key, Trace(operation, productId, cancel), cancel).ConfigureAwait(false)
        || await IsDoneAsync(operation, cancel).ConfigureAwait(false)
            ? MetaOutcome.Done
            : MetaOutcome.KeyUnknown;

    private async Task<bool> IsDoneAsync(Operation? operation, CancellationToken cancel) =>
        await traces.FindAsync(ProductRows.Partition, operation, cancel).ConfigureAwait(false) is not null;

    private PartTrace? Trace(Operation? operation, long productId, CancellationToken cancel) => operation is null ? null : new(
        traces.Rows(operation, new() { ["schema"] = 1, ["product_id"] = productId }),
        async () => await traces.FindLeftAsync(ProductRows.Partition, operation, cancel).ConfigureAwait(false) is not null);
}
