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

    private static readonly TimeSpan NotFoundFor = TimeSpan.FromMinutes(5);

    /// <summary>Long enough that a marketplace that is down is not asked by every retry, short enough that a buyer waits for it.</summary>
    private static readonly TimeSpan UnansweredFor = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<Guid, (long At, TimeSpan For)> _notNow = new();

    /// <summary>
    /// The license key under which a purchase code is kept, however it was typed, so that one purchase is one license. Null
    /// for what has not the form of a purchase code.
    /// </summary>
    public static string? KeyOf(string licenseKey) => Guid.TryParseExact(licenseKey, "D", out var code) ? KeyOf(code) : null;

    /// <summary>True when the code is a purchase: then its license stands, made here or by another caller meanwhile.</summary>
    /// <param name="licenseKey">As the caller sent it.</param>
    /// <param name="ownerEmail">Of whoever verifies first, since the marketplace tells no address; null when none was sent.</param>
    /// <param name="cancel">Cancels the wait.</param>
    public async Task<bool> AdoptAsync(string licenseKey, string? ownerEmail, CancellationToken cancel)
    {
        if (sales is null || !Guid.TryParseExact(licenseKey, "D", out var code) || IsNotAskedNow(code))
            return false;
        var candidates = (await products.ListAsync(cancel).ConfigureAwait(false)).Where(product => product.Source == "envato").ToArray();
        if (candidates.Length == 0)
            return false;
        var lookup = await sales.FindAsync(code, cancel).ConfigureAwait(false);
        if (lookup.Sale is not { } sale || Array.Find(candidates, each => each.ExternalReference == sale.ItemId) is not { } product)
        {
            AskNot(code, lookup.IsAnswered ? NotFoundFor : UnansweredFor);
            return false;
        }

        var draft = new License
        {
            Key = "",
            Id = 0,
            ProductId = product.Id,
            Status = LicenseStatus.Assigned,
            OwnerName = sale.Buyer,
            OwnerEmail = ownerEmail,
            ActivationLimit = 1,
            AssignedAt = sale.SoldAt ?? time.GetUtcNow().ToUnixTimeMilliseconds(),
        };
        await creation.CreateAsync(draft, [KeyOf(code)], cancel).ConfigureAwait(false);
        return true;
    }

    private static string KeyOf(Guid code) => code.ToString("D");

    private bool IsNotAskedNow(Guid code) => _notNow.TryGetValue(code, out var known) && time.GetElapsedTime(known.At) < known.For;

    private void AskNot(Guid code, TimeSpan span)
    {
        if (_notNow.Count >= MostRemembered)
            _notNow.Clear();
        _notNow[code] = (time.GetTimestamp(), span);
    }
}
