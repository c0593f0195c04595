using System.Globalization;
using LicenseFunctions.Storage;

namespace LicenseFunctions.Licensing;

/// <summary>The generators: a small set in one partition, where numbers and uuids are unique by their rows.</summary>
public sealed class Generators(ITableStore store, TimeProvider time)
{
    private const string Partition = "generator";
    private const string NextRow = "next";

    /// <summary>A generator by its number.</summary>
    public async Task<Generator?> FindAsync(long id, CancellationToken cancel) =>
        await store.FindAsync(TableNames.Catalog, Partition, IdRow(id), cancel).ConfigureAwait(false) is { } row
            ? Generator.From(row.Values)
            : null;

    /// <summary>A generator by its uuid.</summary>
    public async Task<Generator?> FindByUuidAsync(string uuid, CancellationToken cancel)
    {
        if (!Guid.TryParse(uuid, out var parsed))
            return null;
        var row = await store.FindAsync(TableNames.Catalog, Partition, UuidRow(parsed.ToString()), cancel).ConfigureAwait(false);
        return row is null ? null : await FindAsync(row.Values.GetNumber("id"), cancel).ConfigureAwait(false);
    }

    /// <summary>The active generator of a product with the lowest number: the one that serves where none is named.</summary>
    public async Task<Generator?> FirstActiveAsync(long productId, CancellationToken cancel) =>
        (await ListAsync(productId, cancel).ConfigureAwait(false)).FirstOrDefault(generator => generator.IsActive);

    /// <summary>Generators by number: a product's, or all.</summary>
    public async Task<IReadOnlyList<Generator>> ListAsync(long? productId, CancellationToken cancel)
    {
        var generators = new List<Generator>();
        await foreach (var row in store.ListAsync(new(TableNames.Catalog, Partition, "id."), cancel).ConfigureAwait(false))
        {
            if (productId is null || row.Values.GetNumber("product_id") == productId)
                generators.Add(Generator.From(row.Values));
        }

        return generators;
    }

    /// <summary>Creates a generator; number, uuid and times are given here.</summary>
    /// <exception cref="ArgumentException">The draft has a <see cref="Generator.Flaw"/>.</exception>
    public Task<Generator> CreateAsync(Generator draft, CancellationToken cancel) => draft.Flaw is { } flaw
        ? throw new ArgumentException(flaw, nameof(draft))
        : ConflictRetry.RunAsync(() => TryCreateAsync(draft, cancel), time, cancel);

    private async Task<Generator?> TryCreateAsync(Generator draft, CancellationToken cancel)
    {
        var next = await store.FindAsync(TableNames.Catalog, Partition, NextRow, cancel).ConfigureAwait(false);
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var generator = draft with
        {
            Id = next?.Values.GetNumber("id") ?? 1,
            Uuid = Guid.NewGuid().ToString(),
            CreatedAt = now,
            UpdatedAt = now,
        };
        var following = new RowValues { ["schema"] = 1, ["id"] = generator.Id + 1 };
        var result = await store.CommitAsync(TableNames.Catalog, Partition,
        [
            next is null ? RowChange.Insert(NextRow, following) : RowChange.Replace(NextRow, following, next.ETag),
            RowChange.Insert(IdRow(generator.Id), generator.ToValues()),
            RowChange.Insert(UuidRow(generator.Uuid), new() { ["schema"] = 1, ["id"] = generator.Id }),
        ], cancel).ConfigureAwait(false);
        return result.Committed ? generator : null;
    }

    private static string IdRow(long id) => string.Create(CultureInfo.InvariantCulture, $"id.{id:D12}");

    private static string UuidRow(string uuid) => "uuid." + uuid;
}
