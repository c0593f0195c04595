using LicenseFunctions.Licensing;
using LicenseFunctions.Storage;

namespace LicenseFunctions.Checks;

/// <summary>Something wrong in a set, and the change that mends it, where that can be derived.</summary>
internal sealed record CatalogFlaw(string Subject, string Problem, RowChange? Mend = null);

/// <summary>One set of the catalog: of its rows, what refers to others.</summary>
internal sealed class CatalogRows
{
    private readonly Dictionary<string, long> _things = new(StringComparer.Ordinal);
    private readonly List<(string Leads, long Id)> _leading = [];
    private readonly List<(string Key, string ETag, long Id)> _pointers = [];
    private readonly List<(string Key, string ETag, long Product)> _parts = [];
    private readonly List<(string Subject, long Product)> _references = [];
    private Row? _next;

    public void Add(Row row)
    {
        var (key, values) = (row.Key, row.Values);
        if (row.Partition == "download")
            AddDownload(row);
        else if (key == "next")
            _next = row;
        else if (key.StartsWith("id.", StringComparison.Ordinal))
            AddThing(row);
        else if (key.StartsWith("uuid.", StringComparison.Ordinal) || key.StartsWith("slug.", StringComparison.Ordinal)
            || (row.Partition == "contract" && key.StartsWith("key.", StringComparison.Ordinal)))
            _pointers.Add((key, row.ETag, values.GetNumber("id")));
        else if (row.Partition == ProductRows.Partition && ProductRows.Parts.Any(kind => key.StartsWith(kind + ".", StringComparison.Ordinal)))
            _parts.Add((key, row.ETag, values.GetNumber("product_id")));
    }

    /// <param name="nextProduct">The number that the next product gets; 0 where there is nothing to compare with it.</param>
    public IEnumerable<CatalogFlaw> Flaws(long nextProduct)
    {
        var leading = _leading.ToHashSet();
        var pointers = _pointers.Select(pointer => (pointer.Key, pointer.Id)).ToHashSet();
        var ids = _things.Values.ToHashSet();
        foreach (var (key, etag, id) in _pointers.Where(each => !leading.Contains((each.Key, each.Id))))
            yield return new(RowShapes.Brief(key), $"it leads to {id}, which is not called so", RowChange.Delete(key, etag));
        foreach (var (key, id) in _leading.Where(each => !pointers.Contains(each)))
            yield return new($"{RowShapes.Brief(key)} of {id}", "it is not found by this name", RowChange.Insert(key, new() { ["schema"] = 1, [key.Contains(".version.", StringComparison.Ordinal) ? "numeric_version" : "id"] = id }));
        foreach (var (key, etag, product) in _parts.Where(each => !ids.Contains(each.Product)))
            yield return new(key.Length > 29 ? key[..29] : key, $"it belongs to product {product}, which is gone", RowChange.Delete(key, etag));
        foreach (var (subject, product) in _references.Where(each => nextProduct > 0 && (each.Product < 1 || each.Product >= nextProduct)))
            yield return new(subject, $"there never was a product {product}");
        if (ids.Count > 0 && ids.Max() >= (_next?.Values.GetNumber("id") ?? 1))
            yield return new("next", $"the number {ids.Max()} would be given again", NextAfter(ids.Max()));
    }

    private RowChange NextAfter(long id)
    {
        var values = new RowValues { ["schema"] = 1, ["id"] = id + 1 };
        return _next is null ? RowChange.Insert("next", values) : RowChange.Replace("next", values, _next.ETag);
    }

    private void AddThing(Row row)
    {
        var id = row.Values.GetNumber("id");
        if (row.Partition == "webhook")
            return;
        _things[row.Key] = id;
        if (row.Values.GetText("uuid") is { } uuid)
            _leading.Add(("uuid." + uuid.ToLowerInvariant(), id));
        if (row.Values.GetText("slug") is { } slug)
            _leading.Add(("slug." + slug, id));
        if (row.Values.GetText("contract_key") is { } key)
            _leading.Add(("key." + LicenseRows.Hash(key), id));
        if (row.Values.FindNumber("product_id") is { } product)
            _references.Add(($"{row.Partition} {id}", product));
    }

    /// <summary>A version is known by its number, and found by the hash of what it is called.</summary>
    private void AddDownload(Row row)
    {
        var product = row.Key[..row.Key.IndexOf('.', StringComparison.Ordinal)];
        var number = row.Values.GetNumber("numeric_version");
        if (row.Values.GetText("version") is not { } version)
        {
            _pointers.Add((row.Key, row.ETag, number));
            return;
        }

        _leading.Add(($"{product}.version.{LicenseRows.Hash(version)}", number));
        _references.Add(($"download {row.Values.GetNumber("id")}", row.Values.GetNumber("product_id")));
    }
}
