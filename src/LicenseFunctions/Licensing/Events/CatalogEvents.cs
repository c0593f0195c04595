using LicenseFunctions.Licensing.Listing;
using LicenseFunctions.Storage;

namespace LicenseFunctions.Licensing.Events;

/// <summary>Events of what the catalog holds: products and contracts.</summary>
public sealed class CatalogEvents(Subscriptions subscriptions, LicenseOutbox outbox, TimeProvider time)
{
    /// <summary>To be called before the change: leaves the marker that tells where the event row is.</summary>
    public async Task<CatalogEvent> BeginAsync(string partition, string name, CancellationToken cancel)
    {
        if (!(await subscriptions.CurrentAsync(cancel).ConfigureAwait(false)).HasAny([name]))
            return new(name, null, 0);
        var marker = outbox.Mark(partition, TableNames.Catalog);
        await marker.SetAsync().ConfigureAwait(false);
        return new(name, marker, time.GetUtcNow().ToUnixTimeMilliseconds());
    }
}

/// <summary>An event that a change of the catalog raises; nothing when nobody wants it.</summary>
public sealed class CatalogEvent(string name, LicenseOutbox.Marker? marker, long now)
{
    private readonly string _key = EventRows.NewKey();

    /// <summary>The row that belongs into the transaction of the change.</summary>
    /// <param name="values">Makes it, given the event's name and instant.</param>
    public IEnumerable<RowChange> Rows(Func<string, long, RowValues> values) => marker is null ? [] : [RowChange.Upsert(_key, values(name, now))];

    /// <summary>To be called after the change, whatever became of it.</summary>
    public Task FollowAsync() => marker?.FollowAsync() ?? Task.CompletedTask;
}
