using LicenseFunctions.Licensing.Events;
using LicenseFunctions.Storage;

namespace LicenseFunctions.Licensing.Listing;

/// <summary>
/// Raises the event of licenses that have expired, once for each expiry: the license itself notes, in the transaction of
/// the event, for which expiry it was raised. Only what expired since somebody wanted to know counts.
/// </summary>
public sealed class ExpiredLicenses(ITableStore store, Subscriptions subscriptions, BulkLicenses bulk, TimeProvider time)
{
    internal const string Partition = "expires";
    internal const string Cursor = "cursor";

    /// <summary>Called by a timer.</summary>
    public async Task RaiseAsync(CancellationToken cancel)
    {
        var wanted = await subscriptions.CurrentAsync(cancel).ConfigureAwait(false);
        if (!wanted.HasAny([EventNames.LicenseExpired]))
            return;
        var now = time.GetUtcNow();
        var since = wanted.For(EventNames.LicenseExpired).Min(each => each.CreatedAt);
        var done = (await store.FindAsync(TableNames.Listing, Partition, Cursor, cancel).ConfigureAwait(false))?.Values.GetNumber("day") ?? 0;
        var first = DateTimeOffset.FromUnixTimeMilliseconds(Math.Max(done, since)).UtcDateTime.Date;
        for (var day = first; day <= now.UtcDateTime.Date; day = day.AddDays(1))
            await RaiseAsync(new DateTimeOffset(day, TimeSpan.Zero), since, now.ToUnixTimeMilliseconds(), cancel).ConfigureAwait(false);
        // Yesterday is looked at again: a change made at midnight may be listed a little later.
        var cursor = new DateTimeOffset(now.UtcDateTime.Date.AddDays(-1), TimeSpan.Zero).ToUnixTimeMilliseconds();
        if (cursor > done)
            await store.CommitAsync(TableNames.Listing, Partition, [RowChange.Upsert(Cursor, new() { ["schema"] = 1, ["day"] = cursor })], cancel).ConfigureAwait(false);
    }

    private async Task RaiseAsync(DateTimeOffset day, long since, long now, CancellationToken cancel)
    {
        var expired = new List<License>();
        await foreach (var row in store.ListAsync(new(TableNames.Listing, ListingRows.ExpiryDay(day), ListingRows.Prefix), cancel).ConfigureAwait(false))
        {
            if (ListedLicense.From(row.Values) is { IsRemoved: false } listed && IsMeant(listed.License, since, now))
                expired.Add(listed.License);
        }

        foreach (var some in expired.Chunk(RowLimits.Changes))
        {
            await bulk.ChangeAsync(
                [.. some.Select(license => LicenseRows.Partition(license.Key))],
                (license, at) => IsMeant(license, since, at) ? license with { ExpiryTold = license.ExpiresAt } : null).ConfigureAwait(false);
        }
    }

    private static bool IsMeant(License license, long since, long now) =>
        license.IsExpiredAt(now) && license.ExpiryTold != license.ExpiresAt && Math.Max(license.ExpiresAt ?? 0, license.UpdatedAt) >= since;
}
