using LicenseFunctions.Storage;

namespace LicenseFunctions.Licensing.Events;

/// <summary>
/// Turns event rows into deliveries, one for each subscription that wants the event, then removes them. The number of a
/// delivery follows from the event row, so replaying that again makes no second delivery.
/// </summary>
public sealed class EventOutbox(ITableStore store, Subscriptions subscriptions, Deliveries deliveries, EventSignal signal)
{
    public async Task ReplayAsync(string table, string partition, CancellationToken cancel)
    {
        var any = false;
        List<Row> rows;
        do
        {
            rows = [];
            await foreach (var row in store.ListAsync(new(table, partition, EventRows.Prefix) { Limit = RowLimits.Changes }, cancel).ConfigureAwait(false))
                rows.Add(row);
            foreach (var row in rows)
            {
                await DeliverAsync(row, cancel).ConfigureAwait(false);
                await store.CommitAsync(table, partition, [RowChange.Delete(row.Key, row.ETag)], cancel).ConfigureAwait(false);
            }

            any |= rows.Count > 0;
        }
        while (rows.Count == RowLimits.Changes);
        if (any)
            signal.Raise();
    }

    private async Task DeliverAsync(Row row, CancellationToken cancel)
    {
        var values = row.Values;
        var uuid = await UuidAsync(values, cancel).ConfigureAwait(false);
        var wanted = await subscriptions.CurrentAsync(cancel).ConfigureAwait(false);
        var at = values.GetNumber(EventRows.RaisedAt);
        foreach (var name in (values.GetText(EventRows.Names) ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            var delivery = Make(row, name, "", uuid, at);
            foreach (var subscription in wanted.For(name))
                await deliveries.AddAsync(delivery with { Partition = subscription.Id }, cancel).ConfigureAwait(false);
        }

        if (values.GetText(EventRows.PostUrl) is { } url)
        {
            var delivery = Make(row, EventNames.ActivationDeleted, url, uuid, at);
            await deliveries.AddAsync(delivery with { Partition = Deliveries.PostUrls, Url = url }, cancel).ConfigureAwait(false);
        }
    }

    private static Delivery Make(Row row, string name, string salt, string? uuid, long at)
    {
        var id = "evt_" + LicenseRows.Hash($"{row.Partition} {row.Key} {name} {salt}")[..32];
        return new() { EventId = id, Event = name, Body = EventBody.Write(id, name, row.Values, uuid), CreatedAt = at, FirstAt = at, DueAt = at };
    }

    /// <summary>The uuid of what the event is about; null when that is gone by now.</summary>
    private async Task<string?> UuidAsync(RowValues values, CancellationToken cancel) =>
        values.GetText("uuid") ?? (await store.FindAsync(
            TableNames.Catalog, ProductRows.Partition, ProductRows.Product(values.GetNumber("product_id")), cancel).ConfigureAwait(false))?.Values.GetText("uuid");
}
