using LicenseFunctions.Licensing;

namespace LicenseFunctions.SignedApi;

/// <summary>Finds the generator that a call names, by its number or by its uuid.</summary>
public sealed class GeneratorReference(Generators generators)
{
    public static bool IsIn(SignedFields fields) => fields.IsSent(FieldNames.GeneratorId) || fields.IsSent(FieldNames.GeneratorUuid);

    /// <summary>
    /// The generator, if it is active and, where a product is named, that product's. Where no generator is named, the
    /// product's first active one. Null when there is no such.
    /// </summary>
    public async Task<Generator?> FindAsync(SignedFields fields, long? productId, CancellationToken cancel)
    {
        if (!IsIn(fields))
            return productId is { } id ? await generators.FirstActiveAsync(id, cancel).ConfigureAwait(false) : null;
        var generator = await FindNamedAsync(fields, cancel).ConfigureAwait(false);
        return generator is { IsActive: true } && (productId is null || generator.ProductId == productId) ? generator : null;
    }

    /// <summary>The generator that is named, active or not; null when none is or there is no such.</summary>
    public async Task<Generator?> FindNamedAsync(SignedFields fields, CancellationToken cancel) =>
        fields.Number(FieldNames.GeneratorId) is { } number ? await generators.FindAsync(number, cancel).ConfigureAwait(false)
        : fields.Text(FieldNames.GeneratorUuid) is { } uuid ? await generators.FindByUuidAsync(uuid, cancel).ConfigureAwait(false)
        : null;
}
