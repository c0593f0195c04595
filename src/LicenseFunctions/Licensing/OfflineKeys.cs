using LicenseFunctions.Storage;

namespace LicenseFunctions.Licensing;

/// <summary>A product's key pair for offline files as its row has it; what stands in it is sealed elsewhere.</summary>
public sealed record OfflineKey(string PublicKeyPem, byte[] WrappedKey, byte[] PrivateKey)
{
    public const int Schema = 1;
}

/// <summary>The offline key pairs of products: one row beside each, which is never changed.</summary>
public sealed class OfflineKeys(ProductParts parts)
{
    private const string Name = "offline";

    public async Task<OfflineKey?> FindAsync(long productId, CancellationToken cancel) =>
        await parts.FindAsync(ProductRows.OfflineKey, productId, Name, cancel).ConfigureAwait(false) is { } row
            ? new(row.GetText("public_key") ?? "", row.GetBinary("wrapped_key") ?? [], row.GetBinary("private_key") ?? [])
            : null;

    /// <summary>Stores a pair unless there is one. Answers the one that is stored; null when there is no such product.</summary>
    public async Task<OfflineKey?> AddAsync(long productId, OfflineKey key, CancellationToken cancel)
    {
        var row = new RowValues
        {
            ["schema"] = OfflineKey.Schema,
            ["product_id"] = productId,
            ["public_key"] = key.PublicKeyPem,
            ["wrapped_key"] = key.WrappedKey,
            ["private_key"] = key.PrivateKey,
        };
        var addition = await parts.AddAsync(ProductRows.OfflineKey, productId, Name, _ => row, most: 1, null, cancel).ConfigureAwait(false);
        return addition == PartAddition.Added ? key : await FindAsync(productId, cancel).ConfigureAwait(false);
    }
}
