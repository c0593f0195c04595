using System.Globalization;
using LicenseFunctions.Storage;

namespace LicenseFunctions.Licensing.Events;

/// <summary>
/// What is to be posted, a partition for each subscription, sorted by when it is due. An instance takes a delivery by
/// moving it to a later due time under its ETag: no other has it meanwhile, and should the instance die, it is due again.
/// </summary>
public sealed class Deliveries(ITableStore store, TimeProvider time)
{
    /// <summary>The partition of what callers asked to be told of themselves, without a subscription.</summary>
    public const string PostUrls = "post_url";

    private const string Due = "due.";
    private const string Dead = "dead.";
    private const string Seen = "seen.";

    /// <summary>Longer than posting all that is taken at once takes.</summary>
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(1);
    private static readonly TimeSpan GiveUpAfter = TimeSpan.FromHours(24);

    /// <summary>Longer than an event row may wait to be replayed once more.</summary>
    private static readonly TimeSpan Remember = TimeSpan.FromHours(48);

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Puts a delivery in, unless one of the same event was put in before.</summary>
    public async Task AddAsync(Delivery delivery, CancellationToken cancel) => await store.CommitAsync(
        TableNames.Webhooks, delivery.Partition,
        [
            RowChange.Insert(Seen + delivery.EventId, new() { ["schema"] = 1, ["seen_at"] = Now }),
            RowChange.Insert(KeyOf(delivery), delivery.ToValues()),
        ], cancel).ConfigureAwait(false);

    /// <summary>Takes what is due, the earliest first; each is this instance's alone.</summary>
    public async Task<IReadOnlyList<Delivery>> TakeDueAsync(string partition, int most, CancellationToken cancel)
    {
        var taken = new List<Delivery>();
        await foreach (var row in store.ListAsync(new(TableNames.Webhooks, partition, Due) { Limit = most }, cancel).ConfigureAwait(false))
        {
            var delivery = Delivery.From(row);
            if (delivery.DueAt > Now)
                break;
            if (await MoveAsync(delivery, Now + (long)Lease.TotalMilliseconds).ConfigureAwait(false) is { } mine)
                taken.Add(mine);
        }

        return taken;
    }

    public Task FinishAsync(Delivery delivery) => CommitAsync(delivery.Partition, RowChange.Delete(delivery.Key, delivery.ETag));

    /// <summary>It failed: later again, or after a day (at once, when there is no hope) among the dead. False when it is dead.</summary>
    public async Task<bool> PostponeAsync(Delivery delivery, bool isHopeless)
    {
        if (isHopeless || Now - delivery.FirstAt >= GiveUpAfter.TotalMilliseconds)
        {
            var values = (delivery with { Attempts = delivery.Attempts + 1, DueAt = Now }).ToValues();
            await CommitAsync(
                delivery.Partition, RowChange.Delete(delivery.Key, delivery.ETag), RowChange.Upsert(Dead + delivery.EventId, values)).ConfigureAwait(false);
            return false;
        }

        var pause = Math.Min(FirstPause.TotalMilliseconds * Math.Pow(2, delivery.Attempts), LongestPause.TotalMilliseconds);
        await MoveAsync(delivery with { Attempts = delivery.Attempts + 1 }, Now + (long)pause).ConfigureAwait(false);
        return true;
    }

    /// <summary>How many deliveries have still to arrive (up to 1,000), and since when the oldest is tried; the newest instant of all when there is none.</summary>
    public async Task<(int Count, long Since)> WaitingAsync(string partition, CancellationToken cancel)
    {
        var (count, since) = (0, long.MaxValue);
        await foreach (var row in store.ListAsync(new(TableNames.Webhooks, partition, Due) { Limit = 1000 }, cancel).ConfigureAwait(false))
            (count, since) = (count + 1, Math.Min(since, row.Values.GetNumber("first_at")));
        return (count, since);
    }

    /// <summary>What was given up; its due time is when that was.</summary>
    public async Task<IReadOnlyList<Delivery>> DeadAsync(string partition, CancellationToken cancel)
    {
        var dead = new List<Delivery>();
        await foreach (var row in store.ListAsync(new(TableNames.Webhooks, partition, Dead), cancel).ConfigureAwait(false))
            dead.Add(Delivery.From(row));
        return [.. dead.OrderBy(each => each.CreatedAt)];
    }

    /// <summary>Tries what was given up for another day. Answers how many that are.</summary>
    public async Task<int> ReplayAsync(string partition, CancellationToken cancel)
    {
        var count = 0;
        foreach (var dead in await DeadAsync(partition, cancel).ConfigureAwait(false))
        {
            if (await MoveAsync(dead with { Attempts = 0, FirstAt = Now }, Now).ConfigureAwait(false) is not null)
                count++;
        }

        return count;
    }

    /// <summary>Forgets which events were put in long ago. Called by a timer.</summary>
    public Task ForgetAsync(string partition, CancellationToken cancel) =>
        RemoveAsync(new(TableNames.Webhooks, partition, Seen), row => Now - row.Values.GetNumber("seen_at") > Remember.TotalMilliseconds, cancel);

    /// <summary>Removes everything of a subscription that is gone.</summary>
    public Task RemoveAllAsync(string partition, CancellationToken cancel) => RemoveAsync(new(TableNames.Webhooks, partition), _ => true, cancel);

    private async Task RemoveAsync(RowRange range, Func<Row, bool> isMeant, CancellationToken cancel)
    {
        await foreach (var row in store.ListAsync(range, cancel).ConfigureAwait(false))
        {
            if (isMeant(row))
                await CommitAsync(row.Partition, RowChange.Delete(row.Key, row.ETag)).ConfigureAwait(false);
        }
    }

    /// <summary>Null when another instance was faster.</summary>
    private async Task<Delivery?> MoveAsync(Delivery delivery, long dueAt)
    {
        var moved = delivery with { DueAt = dueAt };
        var key = KeyOf(moved);
        var result = key == delivery.Key
            ? await CommitAsync(delivery.Partition, RowChange.Replace(key, moved.ToValues(), delivery.ETag)).ConfigureAwait(false)
            : await CommitAsync(delivery.Partition, RowChange.Insert(key, moved.ToValues()), RowChange.Delete(delivery.Key, delivery.ETag)).ConfigureAwait(false);
        return result.Committed ? moved with { Key = key, ETag = result.ETags[0] } : null;
    }

    private async Task<CommitResult> CommitAsync(string partition, params RowChange[] changes) =>
        await store.CommitAsync(TableNames.Webhooks, partition, changes, CancellationToken.None).ConfigureAwait(false);

    private static string KeyOf(Delivery delivery) => string.Create(CultureInfo.InvariantCulture, $"{Due}{delivery.DueAt:D15}.{delivery.EventId}");
}
