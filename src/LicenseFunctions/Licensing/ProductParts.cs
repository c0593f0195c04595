using LicenseFunctions.Storage;

namespace LicenseFunctions.Licensing;

/// <summary>How adding a row to a product ended.</summary>
public enum PartAddition
{
    Added,
    Exists,
    Full,
    ProductUnknown,
}

/// <summary>The trace of a request that names itself.</summary>
/// <param name="Rows">What belongs into the transaction.</param>
/// <param name="IsLeftAsync">Whether another attempt of the request has left it, asked when the transaction was refused.</param>
public sealed record PartTrace(IReadOnlyList<RowChange> Rows, Func<Task<bool>> IsLeftAsync);

/// <summary>
/// The rows beside a product: a few of each kind, by name, in the order in which they were added. An addition replaces the
/// product's own row by itself in the same commit: so the product still exists, and additions to one product come one
/// after the other, which makes their numbers rise and their count exact.
/// </summary>
public sealed class ProductParts(ITableStore store, TimeProvider time)
{
    /// <summary>The rows of one product, in order. One operation.</summary>
    public async Task<List<RowValues>> ListAsync(string kind, long productId, CancellationToken cancel)
    {
        var rows = new List<RowValues>();
        await foreach (var row in store.ListAsync(new(TableNames.Catalog, ProductRows.Partition, ProductRows.AllOf(kind, productId)), cancel).ConfigureAwait(false))
            rows.Add(row.Values);
        return [.. rows.OrderBy(row => row.GetNumber("number"))];
    }

    /// <summary>The rows of all products, in order. One operation for up to 1,000 rows.</summary>
    public async Task<ILookup<long, RowValues>> ListAllAsync(string kind, CancellationToken cancel)
    {
        var rows = new List<RowValues>();
        await foreach (var row in store.ListAsync(new(TableNames.Catalog, ProductRows.Partition, ProductRows.All(kind)), cancel).ConfigureAwait(false))
            rows.Add(row.Values);
        return rows.OrderBy(row => row.GetNumber("number")).ToLookup(row => row.GetNumber("product_id"));
    }

    /// <summary>One row; null when there is none. One operation.</summary>
    public async Task<RowValues?> FindAsync(string kind, long productId, string name, CancellationToken cancel) =>
        (await store.FindAsync(TableNames.Catalog, ProductRows.Partition, ProductRows.Part(kind, productId, name), cancel).ConfigureAwait(false))?.Values;

    /// <summary>Adds a row, unless there is one of that name or there are as many as there may be.</summary>
    /// <param name="kind">One of <see cref="ProductRows.Parts"/>.</param>
    /// <param name="productId">The product.</param>
    /// <param name="name">What it is called there.</param>
    /// <param name="values">Its properties, given its number.</param>
    /// <param name="most">How many there may be.</param>
    /// <param name="trace">What a request that names itself leaves in the same transaction.</param>
    /// <param name="cancel">Cancels the wait.</param>
    public async Task<PartAddition> AddAsync(
        string kind, long productId, string name, Func<long, RowValues> values, int most, PartTrace? trace, CancellationToken cancel) =>
        (await ConflictRetry.RunAsync(() => TryAddAsync(kind, productId, name, values, most, trace, cancel), time, cancel).ConfigureAwait(false)).Outcome;

    /// <summary>Replaces a row. False when there is none.</summary>
    public async Task<bool> ReplaceAsync(
        string kind, long productId, string name, Func<RowValues, RowValues> change, PartTrace? trace, CancellationToken cancel) =>
        (await ConflictRetry.RunAsync(
            () => TryChangeAsync(kind, productId, name, row => RowChange.Replace(row.Key, change(row.Values), row.ETag), trace, cancel), time, cancel)
            .ConfigureAwait(false)).Found;

    /// <summary>Removes a row. False when there is none.</summary>
    public async Task<bool> RemoveAsync(
        string kind, long productId, string name, PartTrace? trace, CancellationToken cancel) =>
        (await ConflictRetry.RunAsync(
            () => TryChangeAsync(kind, productId, name, row => RowChange.Delete(row.Key, row.ETag), trace, cancel), time, cancel)
            .ConfigureAwait(false)).Found;

    /// <summary>The removal of everything beside a product.</summary>
    public async Task<IReadOnlyList<RowChange>> RemovalAsync(long productId, CancellationToken cancel)
    {
        var changes = new List<RowChange>();
        foreach (var kind in ProductRows.Parts)
        {
            await foreach (var row in store.ListAsync(new(TableNames.Catalog, ProductRows.Partition, ProductRows.AllOf(kind, productId)), cancel).ConfigureAwait(false))
                changes.Add(RowChange.Delete(row.Key, row.ETag));
        }

        return changes;
    }

    /// <summary>Removes what is left of a product that is deleted.</summary>
    public async Task RemoveAllAsync(long productId, CancellationToken cancel)
    {
        foreach (var chunk in (await RemovalAsync(productId, cancel).ConfigureAwait(false)).Chunk(RowLimits.Changes))
            await store.CommitAsync(TableNames.Catalog, ProductRows.Partition, chunk, cancel).ConfigureAwait(false);
    }

    private async Task<Addition?> TryAddAsync(
        string kind, long productId, string name, Func<long, RowValues> values, int most, PartTrace? trace, CancellationToken cancel)
    {
        var product = await store.FindAsync(TableNames.Catalog, ProductRows.Partition, ProductRows.Product(productId), cancel).ConfigureAwait(false);
        if (product is null)
            return new(PartAddition.ProductUnknown);
        var key = ProductRows.Part(kind, productId, name);
        var (count, last) = (0, 0L);
        await foreach (var row in store.ListAsync(new(TableNames.Catalog, ProductRows.Partition, ProductRows.AllOf(kind, productId)), cancel).ConfigureAwait(false))
        {
            if (row.Key == key)
                return new(PartAddition.Exists);
            (count, last) = (count + 1, Math.Max(last, row.Values.GetNumber("number")));
        }

        if (count >= most)
            return new(PartAddition.Full);
        var result = await store.CommitAsync(TableNames.Catalog, ProductRows.Partition,
        [
            RowChange.Replace(product.Key, product.Values, product.ETag),
            RowChange.Insert(key, values(last + 1)),
            .. trace?.Rows ?? [],
        ], cancel).ConfigureAwait(false);
        return result.Committed || await IsLeftAsync(trace).ConfigureAwait(false) ? new(PartAddition.Added) : null;
    }

    private async Task<Change?> TryChangeAsync(
        string kind, long productId, string name, Func<Row, RowChange> change, PartTrace? trace, CancellationToken cancel)
    {
        var row = await store.FindAsync(TableNames.Catalog, ProductRows.Partition, ProductRows.Part(kind, productId, name), cancel).ConfigureAwait(false);
        if (row is null)
            return new(false);
        var result = await store.CommitAsync(TableNames.Catalog, ProductRows.Partition, [change(row), .. trace?.Rows ?? []], cancel).ConfigureAwait(false);
        return result.Committed || await IsLeftAsync(trace).ConfigureAwait(false) ? new(true) : null;
    }

    private static async Task<bool> IsLeftAsync(PartTrace? trace) => trace is not null && await trace.IsLeftAsync().ConfigureAwait(false);

    private sealed record Addition(PartAddition Outcome);

    private sealed record Change(bool Found);
}
