using LicenseFunctions.Licensing;

namespace LicenseFunctions.SignedApi;

/// <summary>Finds the product that a call names, by its number, its uuid or its slug.</summary>
public sealed class ProductReference(Products products)
{
    public static bool IsIn(SignedFields fields) =>
        fields.IsSent(FieldNames.ProductId) || fields.IsSent(FieldNames.ProductUuid) || fields.IsSent(FieldNames.ProductSlug);

    /// <summary>The product; null when none is named or there is no such.</summary>
    public async Task<Product?> FindAsync(SignedFields fields, CancellationToken cancel) =>
        fields.Number(FieldNames.ProductId) is { } id ? await products.FindAsync(id, cancel).ConfigureAwait(false)
        : fields.Text(FieldNames.ProductUuid) is { } uuid ? await products.FindByNameAsync(uuid, null, cancel).ConfigureAwait(false)
        : fields.Text(FieldNames.ProductSlug) is { } slug ? await products.FindByNameAsync(null, slug, cancel).ConfigureAwait(false)
        : null;
}
