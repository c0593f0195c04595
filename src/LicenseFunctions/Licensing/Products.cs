using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using LicenseFunctions.Licensing.Events;
using LicenseFunctions.Limits;
using LicenseFunctions.Storage;

namespace LicenseFunctions.Licensing;

/// <summary>The products: a small set in one partition, where numbers, uuids and slugs are unique by their rows.</summary>
public sealed class Products(ITableStore store, CatalogEvents events, Traces traces, TimeProvider time)
{
    /// <summary>Stands for a product that is not known yet where it may be presumed to be as most are.</summary>
    public static readonly Product Presumed = new() { Id = 0, Uuid = "", Slug = "", Name = "" };

    private static readonly TimeSpan Recent = TimeSpan.FromSeconds(5);

    private const int MostKnown = 4096;

    private const string Partition = ProductRows.Partition;
    private const string NextRow = "next";

    private readonly ConcurrentDictionary<long, (Product? Product, long At)> _known = new();
    private readonly SharedReads<Product?> _reading = new(time);

    /// <summary>A product by its number, as of at most five seconds ago.</summary>
    public async ValueTask<Product?> FindAsync(long id, CancellationToken cancel)
    {
        if (TryRecall(id, out var known))
            return known;
        return await _reading.ReadAsync(id, ReadAsync, cancel).ConfigureAwait(false);
    }

    /// <summary>A product by its number without a read, if it was read less than five seconds ago.</summary>
    public bool TryRecall(long id, out Product? product)
    {
        var isKnown = _known.TryGetValue(id, out var known) && time.GetElapsedTime(known.At) < Recent;
        product = isKnown ? known.Product : null;
        return isKnown;
    }

    /// <summary>A product by its uuid or slug.</summary>
    public async Task<Product?> FindByNameAsync(string? uuid, string? slug, CancellationToken cancel)
    {
        var key = uuid is not null ? UuidRow(uuid) : SlugRow(slug ?? "");
        if (!IsRowKey(key))
            return null;
        var row = await store.FindAsync(TableNames.Catalog, Partition, key, cancel).ConfigureAwait(false);
        return row is null ? null : await FindAsync(row.Values.GetNumber("id"), cancel).ConfigureAwait(false);
    }

    /// <summary>All products, by number.</summary>
    public async Task<IReadOnlyList<Product>> ListAsync(CancellationToken cancel)
    {
        var products = new List<Product>();
        await foreach (var row in store.ListAsync(new(TableNames.Catalog, Partition, "id."), cancel).ConfigureAwait(false))
            products.Add(Product.From(row.Values));
        return products;
    }

    /// <summary>The number given last, 0 before the first. Products up to it may be deleted, which their licenses outlive.</summary>
    public async Task<long> LastNumberAsync(CancellationToken cancel) =>
        (await store.FindAsync(TableNames.Catalog, Partition, NextRow, cancel).ConfigureAwait(false))?.Values.GetNumber("id") - 1 ?? 0;

    /// <summary>Creates a product; number, uuid, slug and times are given here.</summary>
    public Task<Product> CreateAsync(Product draft, CancellationToken cancel) => CreateAsync(draft, null, cancel);

    /// <summary>As above, once for each operation.</summary>
    public async Task<Product> CreateAsync(Product draft, Operation? operation, CancellationToken cancel) =>
        await FindDoneAsync(operation, cancel).ConfigureAwait(false) ?? await RaisingAsync(
            EventNames.ProductCreated,
            raised => TryCreateAsync(draft with { Uuid = Guid.NewGuid().ToString() }, operation, raised, cancel), cancel).ConfigureAwait(false);

    /// <summary>The product as an earlier attempt of this request has saved or deleted it; null when it has not.</summary>
    public async Task<Product?> FindDoneAsync(Operation? operation, CancellationToken cancel) =>
        await traces.FindAsync(Partition, operation, cancel).ConfigureAwait(false) is { } trace ? Product.From(trace) : null;

    private async Task<Product?> FindLeftAsync(Operation? operation, CancellationToken cancel) =>
        await traces.FindLeftAsync(Partition, operation, cancel).ConfigureAwait(false) is { } trace ? Product.From(trace) : null;

    /// <summary>Changes a product. Null when there is none.</summary>
    public Task<Product?> UpdateAsync(long id, Func<Product, Product> change, CancellationToken cancel) => UpdateAsync(id, change, null, cancel);

    /// <summary>As above, leaving a trace of the operation.</summary>
    public async Task<Product?> UpdateAsync(long id, Func<Product, Product> change, Operation? operation, CancellationToken cancel) =>
        (await RaisingAsync(
            EventNames.ProductUpdated, raised => TryUpdateAsync(id, change, null, operation, raised, cancel), cancel).ConfigureAwait(false)).Product;

    /// <summary>As above, with another slug: its row moves in the same commit, so nobody finds two products by one slug.</summary>
    /// <returns>The product, null when there is none or when the slug is another's: then nothing is changed.</returns>
    public async Task<(Product? Product, bool IsSlugTaken)> UpdateAsync(
        long id, string slug, Func<Product, Product> change, CancellationToken cancel)
    {
        if (!Slug.IsValid(slug))
            throw new ArgumentException("A slug has " + Slug.Rule, nameof(slug));
        var found = await RaisingAsync(EventNames.ProductUpdated, raised => TryUpdateAsync(id, change, slug, null, raised, cancel), cancel).ConfigureAwait(false);
        return (found.Product, found == Found.Taken);
    }

    /// <summary>Deletes a product; its licenses stay, without an active product. False when there is none.</summary>
    public async Task<bool> DeleteAsync(long id, Operation? operation, CancellationToken cancel)
    {
        var parts = new ProductParts(store, time);
        return (await RaisingAsync(EventNames.ProductDeleted, raised => TryDeleteAsync(id, parts, operation, raised, cancel), cancel).ConfigureAwait(false)).Product is not null;
    }

    private async Task<T> RaisingAsync<T>(string name, Func<CatalogEvent, Task<T?>> attempt, CancellationToken cancel)
        where T : class
    {
        var raised = await events.BeginAsync(Partition, name, cancel).ConfigureAwait(false);
        var result = await ConflictRetry.RunAsync(() => attempt(raised), time, cancel).ConfigureAwait(false);
        await raised.FollowAsync().ConfigureAwait(false);
        return result;
    }

    private async Task<Product?> TryCreateAsync(Product draft, Operation? operation, CatalogEvent raised, CancellationToken cancel)
    {
        var next = await store.FindAsync(TableNames.Catalog, Partition, NextRow, cancel).ConfigureAwait(false);
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var product = draft with
        {
            Id = next?.Values.GetNumber("id") ?? 1,
            Slug = await FreeSlugAsync(Slug.From(draft.Name), cancel).ConfigureAwait(false),
            CreatedAt = now,
            UpdatedAt = now,
        };
        var following = new RowValues { ["schema"] = 1, ["id"] = product.Id + 1 };
        var pointer = new RowValues { ["schema"] = 1, ["id"] = product.Id };
        var result = await store.CommitAsync(TableNames.Catalog, Partition,
        [
            next is null ? RowChange.Insert(NextRow, following) : RowChange.Replace(NextRow, following, next.ETag),
            RowChange.Insert(IdRow(product.Id), product.ToValues()),
            RowChange.Insert(UuidRow(product.Uuid), pointer),
            RowChange.Insert(SlugRow(product.Slug), pointer),
            .. traces.Rows(operation, product.ToValues()),
            .. raised.Rows((name, at) => EventRows.Of(product, name, at)),
        ], cancel).ConfigureAwait(false);
        return result.Committed ? Known(product.Id, product, time.GetTimestamp()) : await FindLeftAsync(operation, cancel).ConfigureAwait(false);
    }

    private async Task<string> FreeSlugAsync(string wanted, CancellationToken cancel)
    {
        var taken = new HashSet<string>(StringComparer.Ordinal);
        var range = new RowRange(TableNames.Catalog, Partition, SlugRow(wanted));
        await foreach (var row in store.ListAsync(range, cancel).ConfigureAwait(false))
            taken.Add(row.Key);
        if (!taken.Contains(SlugRow(wanted)))
            return wanted;
        var n = 2;
        while (taken.Contains(SlugRow($"{wanted}-{n}")))
            n++;
        return $"{wanted}-{n}";
    }

    private async Task<Found?> TryUpdateAsync(
        long id, Func<Product, Product> change, string? slug, Operation? operation, CatalogEvent raised, CancellationToken cancel)
    {
        var row = await store.FindAsync(TableNames.Catalog, Partition, IdRow(id), cancel).ConfigureAwait(false);
        if (row is null)
            return Found.Nothing;
        var before = Product.From(row.Values);
        var product = change(before) with { Slug = slug ?? before.Slug, UpdatedAt = time.GetUtcNow().ToUnixTimeMilliseconds() };
        List<RowChange> changes = [RowChange.Replace(row.Key, product.ToValues(), row.ETag)];
        if (product.Slug != before.Slug)
        {
            if (await store.FindAsync(TableNames.Catalog, Partition, SlugRow(product.Slug), cancel).ConfigureAwait(false) is not null)
                return Found.Taken;
            changes.Add(RowChange.Delete(SlugRow(before.Slug), RowChange.AnyETag));
            changes.Add(RowChange.Insert(SlugRow(product.Slug), new() { ["schema"] = 1, ["id"] = id }));
        }

        changes.AddRange(traces.Rows(operation, product.ToValues()));
        changes.AddRange(raised.Rows((name, at) => EventRows.Of(product, name, at)));
        var result = await store.CommitAsync(TableNames.Catalog, Partition, changes, cancel).ConfigureAwait(false);
        return result.Committed ? new Found(Known(id, product, time.GetTimestamp()))
            : await FindLeftAsync(operation, cancel).ConfigureAwait(false) is { } left ? new Found(left) : null;
    }

    private async Task<Found?> TryDeleteAsync(long id, ProductParts parts, Operation? operation, CatalogEvent raised, CancellationToken cancel)
    {
        var row = await store.FindAsync(TableNames.Catalog, Partition, IdRow(id), cancel).ConfigureAwait(false);
        if (row is null)
            return new(await FindLeftAsync(operation, cancel).ConfigureAwait(false));
        var product = Product.From(row.Values);
        RowChange[] changes =
        [
            RowChange.Delete(row.Key, row.ETag),
            RowChange.Delete(UuidRow(product.Uuid), RowChange.AnyETag),
            RowChange.Delete(SlugRow(product.Slug), RowChange.AnyETag),
            .. traces.Rows(operation, row.Values),
            .. raised.Rows((name, at) => EventRows.Of(product, name, at)),
        ];
        // An addition to a product replaces its row, so what was listed after it is all that can go with it.
        var beside = await parts.RemovalAsync(id, cancel).ConfigureAwait(false);
        var result = await store.CommitAsync(
            TableNames.Catalog, Partition, [.. changes, .. beside.Take(RowLimits.Changes - changes.Length)], cancel).ConfigureAwait(false);
        if (!result.Committed)
            return null;
        if (beside.Count > RowLimits.Changes - changes.Length)
            await parts.RemoveAllAsync(id, cancel).ConfigureAwait(false);
        Known(id, null, time.GetTimestamp());
        return new Found(product);
    }

    private async Task<Product?> ReadAsync(long id)
    {
        var asOf = time.GetTimestamp();
        var row = await store.FindAsync(TableNames.Catalog, Partition, IdRow(id), CancellationToken.None).ConfigureAwait(false);
        return Known(id, row is null ? null : Product.From(row.Values), asOf);
    }

    [return: NotNullIfNotNull(nameof(product))]
    private Product? Known(long id, Product? product, long asOf)
    {
        // Callers may name numbers that no product has.
        if (_known.Count >= MostKnown)
            _known.Clear();
        // A read that began before a change of ours may end after it.
        _known.AddOrUpdate(id, (product, asOf), (_, known) => known.At > asOf ? known : (product, asOf));
        return product;
    }

    private static bool IsRowKey(string key) => key.Length < 200 && key.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.');

    private static string IdRow(long id) => ProductRows.Product(id);

    private static string UuidRow(string uuid) => "uuid." + uuid.ToLowerInvariant();

    private static string SlugRow(string slug) => "slug." + slug;

    private sealed record Found(Product? Product)
    {
        public static Found Nothing { get; } = new((Product?)null);

        /// <summary>The product was found, and its new slug is another's.</summary>
        public static Found Taken { get; } = new((Product?)null) { IsTaken = true };

        private bool IsTaken { get; init; }
    }
}
