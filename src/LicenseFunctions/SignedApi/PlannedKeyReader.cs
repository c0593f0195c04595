using LicenseFunctions.Licensing;

namespace LicenseFunctions.SignedApi;

/// <summary>A license that a call describes by an object of its own.</summary>
public sealed record DescribedKey(Product Product, PlannedKey Planned);

/// <summary>
/// Reads <c>licenses</c>: one object for each license to be made, by its generator or of its <c>license_key</c>. What an
/// object does not say of product and generator the call may say for all.
/// </summary>
public sealed class PlannedKeyReader(ProductReference products, GeneratorReference generators, Products known, TimeProvider time)
{
    public const int Most = 10_000;

    /// <summary>The fields by which an object names product and generator.</summary>
    private static readonly string[][] Naming =
        [FieldNames.ProductId, FieldNames.ProductUuid, FieldNames.ProductSlug, FieldNames.GeneratorId, FieldNames.GeneratorUuid];

    /// <summary>The licenses in the order of the objects; what is wrong with them is among the errors.</summary>
    public async Task<IReadOnlyList<DescribedKey>> ReadAsync(SignedFields call, FieldErrors errors, CancellationToken cancel)
    {
        var objects = call.Objects(FieldNames.Licenses);
        if (objects is null)
            errors.Add("licenses", "must be a list of objects");
        else if (objects.Count is 0 or > Most)
            errors.Add("licenses", $"must have between 1 and {Most} items");
        if (errors.Any)
            return [];
        var seen = new Dictionary<string, (Product? Product, Generator? Generator)>(StringComparer.Ordinal);
        var described = new List<DescribedKey>(objects!.Count);
        for (var i = 0; i < objects.Count; i++)
        {
            var itsErrors = new FieldErrors();
            var fields = objects[i];
            var (product, generator) = await FindAsync(fields, call, seen, cancel).ConfigureAwait(false);
            if (Read(fields, itsErrors, product, generator) is { } key)
                described.Add(key);
            errors.AddOf("licenses", i, itsErrors);
        }

        foreach (var each in described.GroupBy(key => key.Planned.Generator))
        {
            if (each.Key is { } generator && !KeyMaker.CanMake(generator, each.Count()))
                errors.Say("licenses", $"Generator {generator.Id} cannot make so many different keys.");
        }

        return described;
    }

    private DescribedKey? Read(SignedFields fields, FieldErrors errors, Product? product, Generator? generator)
    {
        var given = fields.StoredText(FieldNames.LicenseKey);
        if (given?.Length > SignedFields.LongestKey || fields.IsStructured(FieldNames.LicenseKey))
            errors.Add("license_key", $"must be a text of 1 to {SignedFields.LongestKey} characters");
        if (product is null)
            errors.Invalid("product_uuid");
        else if (generator is null && given is null)
            errors.Invalid("generator_uuid");
        var template = generator?.Draft(0) ?? new License { Key = "", Id = 0, ProductId = 0, ActivationLimit = 1 };
        var draft = LicenseDraft.Read(fields, errors, template, time.GetUtcNow());
        return errors.Any ? null : new(product!, new(draft with { Key = given ?? "", ProductId = product!.Id }, given is null ? generator : null));
    }

    /// <summary>Most objects of a call name the same: each name is looked up once.</summary>
    private async Task<(Product? Product, Generator? Generator)> FindAsync(
        SignedFields fields, SignedFields call, Dictionary<string, (Product? Product, Generator? Generator)> seen, CancellationToken cancel)
    {
        var name = string.Join('\n', Naming.Select(fields.Text));
        if (seen.TryGetValue(name, out var found))
            return found;
        var named = ProductReference.IsIn(fields) ? fields : call;
        var product = await products.FindAsync(named, cancel).ConfigureAwait(false);
        Generator? generator = null;
        if (product is not null || !ProductReference.IsIn(named))
            generator = await generators.FindAsync(GeneratorReference.IsIn(fields) ? fields : call, product?.Id, cancel).ConfigureAwait(false);
        product ??= generator is null ? null : await known.FindAsync(generator.ProductId, cancel).ConfigureAwait(false);
        return seen[name] = (product, generator);
    }
}
