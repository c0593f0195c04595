using System.Globalization;
using LicenseFunctions.Licensing.Events;
using LicenseFunctions.Storage;

namespace LicenseFunctions.Licensing.Listing;

/// <summary>
/// What other partitions must learn of a license, written in the license's own transaction and replayed until done: by the
/// request itself, and by a timer when that died. A marker, written before the change, tells the timer where to look.
/// </summary>
public sealed class LicenseOutbox(ITableStore store, ListingWriter lists, Leftovers leftovers, EventOutbox events, Subscriptions subscriptions, TimeProvider time)
{
    private const string Prefix = "outbox.";
    internal const string MarkerPartition = "pending";

    /// <summary>Markers younger than this belong to requests that may still be under way.</summary>
    private static readonly TimeSpan Young = TimeSpan.FromSeconds(60);

    /// <summary>Stages a changed license and the outbox row that tells of it.</summary>
    /// <param name="view">The license's partition.</param>
    /// <param name="before">The license as it was.</param>
    /// <param name="after">The license as it shall be; null when it is deleted.</param>
    public static void Stage(PartitionView view, License before, License? after)
    {
        var next = Next(before, after);
        if (after is null)
            view.Delete(LicenseRows.License);
        else
            view.Set(LicenseRows.License, next.ToValues());
        view.Set(RowKey(next), Values(before, next, after is null));
    }

    /// <summary>The license at its next revision; where it is deleted, what the lists are told of it.</summary>
    public static License Next(License before, License? after) => (after ?? before) with { Revision = before.Revision + 1 };

    /// <summary>The key of the outbox row that tells of a license's revision.</summary>
    public static string RowKey(License next) => string.Create(CultureInfo.InvariantCulture, $"{Prefix}{next.Id:D12}.{next.Revision:D10}");

    /// <summary>The outbox row itself.</summary>
    public static RowValues Values(License before, License next, bool isDeleted)
    {
        var values = next.ToValues();
        values["deleted"] = isDeleted;
        values["former_product_id"] = next.ProductId == before.ProductId ? default(RowValue) : before.ProductId;
        values["former_expiry"] = ListingRows.Expiry(before) is { } expiry && expiry != ListingRows.Expiry(next) ? expiry : null;
        values["former_owner_email"] = SameOwner(before, next) ? null : before.OwnerEmail;
        return values;
    }

    /// <summary>A marker for a change that is about to be made.</summary>
    /// <param name="partition">Where.</param>
    /// <param name="table">One that has outbox or event rows.</param>
    public Marker Mark(string partition, string table = TableNames.Licenses) => new(this, table, partition);

    private Subscriptions Subscriptions => subscriptions;

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    private async Task<CommitResult> CommitMarkerAsync(RowChange change) =>
        await store.CommitAsync(TableNames.Listing, MarkerPartition, [change], CancellationToken.None).ConfigureAwait(false);

    /// <summary>Replays what requests that died have left. Called by a timer.</summary>
    public async Task ReplayOverdueAsync(CancellationToken cancel)
    {
        var before = Now - (long)Young.TotalMilliseconds;
        await foreach (var marker in store.ListAsync(new(TableNames.Listing, MarkerPartition), cancel).ConfigureAwait(false))
        {
            if (marker.Values.GetNumber("marked_at") >= before)
                continue;
            var partition = marker.Key[..marker.Key.IndexOf('.', StringComparison.Ordinal)];
            await ReplayAsync(marker.Values.GetText("table") ?? TableNames.Licenses, partition, true, cancel).ConfigureAwait(false);
            await store.CommitAsync(
                TableNames.Listing, MarkerPartition, [RowChange.Delete(marker.Key, marker.ETag)], cancel).ConfigureAwait(false);
        }
    }

    /// <summary>How many changes have a marker (up to 1,000), and since when the oldest has it; the newest instant of all when there is none.</summary>
    public async Task<(int Count, long Since)> WaitingAsync(CancellationToken cancel)
    {
        var (count, since) = (0, long.MaxValue);
        await foreach (var marker in store.ListAsync(new(TableNames.Listing, MarkerPartition) { Limit = 1000 }, cancel).ConfigureAwait(false))
            (count, since) = (count + 1, Math.Min(since, marker.Values.GetNumber("marked_at")));
        return (count, since);
    }

    private async Task ReplayAsync(string table, string partition, bool mayHaveEvents, CancellationToken cancel)
    {
        if (table == TableNames.Licenses)
            mayHaveEvents |= await ReplayListsAsync(partition, cancel).ConfigureAwait(false);
        if (mayHaveEvents)
            await events.ReplayAsync(table, partition, cancel).ConfigureAwait(false);
    }

    /// <summary>True when what was replayed may have raised events of its own.</summary>
    private async Task<bool> ReplayListsAsync(string partition, CancellationToken cancel)
    {
        var rows = new List<Row>();
        await foreach (var row in store.ListAsync(new(TableNames.Licenses, partition, Prefix) { Limit = RowLimits.Changes }, cancel).ConfigureAwait(false))
            rows.Add(row);
        if (rows.Count == 0)
            return false;
        await lists.ApplyAsync(rows.SelectMany(row => ChangesOf(row.Values)), cancel).ConfigureAwait(false);
        foreach (var row in rows.Where(row => row.Values.GetBoolean("deleted")))
            await leftovers.RemoveAsync(License.From(row.Values), cancel).ConfigureAwait(false);
        foreach (var row in rows)
        {
            // One by one: another replay may have taken some of them away already. Such a row never changes.
            await store.CommitAsync(TableNames.Licenses, partition, [RowChange.Delete(row.Key, RowChange.AnyETag)], cancel).ConfigureAwait(false);
        }

        return rows.Exists(row => row.Values.GetBoolean("deleted"));
    }

    /// <summary>What the lists shall hold, by an outbox row.</summary>
    internal static IEnumerable<ListChange> ChangesOf(RowValues values) => ListChange.Of(
        License.From(values), values.GetBoolean("deleted"), values.FindNumber("former_product_id"), values.GetText("former_owner_email"), values.GetText("former_expiry"));

    private static bool SameOwner(License before, License after) =>
        string.Equals(before.OwnerEmail, after.OwnerEmail, StringComparison.OrdinalIgnoreCase);

    /// <summary>Tells the timer of a partition where a change is made, from before the change until the lists know of it.</summary>
    public sealed class Marker(LicenseOutbox outbox, string table, string partition)
    {
        private readonly string _key = $"{partition}.{Guid.NewGuid():N}";
        private string? _etag;

        /// <summary>Writes the marker; to be done before the change.</summary>
        public async Task SetAsync()
        {
            if (_etag is not null)
                return;
            var values = new RowValues { ["schema"] = 1, ["marked_at"] = outbox.Now, ["table"] = table };
            var result = await outbox.CommitMarkerAsync(RowChange.Upsert(_key, values)).ConfigureAwait(false);
            _etag = result.ETags[0];
        }

        /// <summary>Brings the lists up to date and removes the marker. What fails here is the timer's to finish.</summary>
        /// <param name="mayHaveEvents">True when there may be event rows though nobody subscribed.</param>
        public async Task FollowAsync(bool mayHaveEvents = false)
        {
            if (_etag is null)
                return;
            try
            {
                var wanted = await outbox.Subscriptions.CurrentAsync(CancellationToken.None).ConfigureAwait(false);
                await outbox.ReplayAsync(table, partition, mayHaveEvents || wanted.Subscriptions.Count > 0, CancellationToken.None).ConfigureAwait(false);
                await outbox.CommitMarkerAsync(RowChange.Delete(_key, _etag)).ConfigureAwait(false);
            }
            catch (StorageUnavailableException)
            {
                // The change stands and will be answered; the marker stays.
            }
        }
    }
}
