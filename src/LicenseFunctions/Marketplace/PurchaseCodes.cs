using System.Collections.Concurrent;
using LicenseFunctions.Licensing;

namespace LicenseFunctions.Marketplace;

/// <summary>
/// Makes a genuine purchase at the marketplace an assigned license of the product whose external reference names the item.
/// Only texts of a purchase code's form are asked about, and one that was not found is not asked about again for a while.
/// </summary>
public sealed class PurchaseCodes(EnvatoSales? sales, Products products, LicenseCreation creation, TimeProvider time)
{
    private const int MostRemembered = 10_000;

    private static readonly TimeSpan NotAgainFor = TimeSpan.FromMinutes(5);

    private readonly ConcurrentDictionary<Guid, long> _notFound = new();

    /// <summary>The product of which a license was made for the code; null when the code is not one.</summary>
    public async Task<Product?> AdoptAsync(string licenseKey, CancellationToken cancel)
    {
        if (sales is null || !Guid.TryParseExact(licenseKey, "D", out var code) || IsKnownNotFound(code))
            return null;
        var candidates = (await products.ListAsync(cancel).ConfigureAwait(false)).Where(product => product.Source == "envato").ToArray();
        var sale = candidates.Length > 0 ? await sales.FindAsync(code, cancel).ConfigureAwait(false) : null;
        var product = Array.Find(candidates, each => each.ExternalReference == sale?.ItemId);
        if (sale is null || product is null)
        {
            RememberNotFound(code);
            return null;
        }

        var draft = new License
        {
            Key = "",
            Id = 0,
            ProductId = product.Id,
            Status = LicenseStatus.Assigned,
            OwnerName = sale.Buyer,
            ActivationLimit = 1,
            AssignedAt = sale.SoldAt ?? time.GetUtcNow().ToUnixTimeMilliseconds(),
        };
        var result = await creation.CreateAsync(draft, [licenseKey], cancel).ConfigureAwait(false);
        return result.Created.Count == 1 ? product : null;
    }

    private bool IsKnownNotFound(Guid code) => _notFound.TryGetValue(code, out var at) && time.GetElapsedTime(at) < NotAgainFor;

    private void RememberNotFound(Guid code)
    {
        if (_notFound.Count >= MostRemembered)
            _notFound.Clear();
        _notFound[code] = time.GetTimestamp();
    }
}
