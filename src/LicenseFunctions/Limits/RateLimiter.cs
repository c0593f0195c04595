using LicenseFunctions.Storage;

namespace LicenseFunctions.Limits;

/// <summary>
/// Limits per key in the table <c>limits</c>: rows of instants up to 1,000 a minute, leases above. It only counts; what a
/// refusal means is the caller's business. (License windows stand in the license's own usage row.)
/// </summary>
public sealed class RateLimiter(PartitionLanes lanes, LeasedLimiter leases, TimeProvider time)
{
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(8);

    /// <summary>Takes a place in a key's window.</summary>
    /// <param name="key">The partition key; a hash, never the secret.</param>
    /// <param name="limit">Requests in any 60 seconds; 0 is off.</param>
    /// <param name="hint">The row as <see cref="PeekAsync"/> gave it, so that it needs no further read.</param>
    /// <param name="cancel">Cancels the wait.</param>
    public async ValueTask<WindowVerdict> TakeAsync(string key, int limit, PeekedLimit? hint, CancellationToken cancel)
    {
        if (limit == 0)
            return WindowVerdict.Unlimited;
        if (limit > RollingWindow.MostInstants)
            return await leases.TakeAsync(key, limit, hint, cancel).ConfigureAwait(false);
        var lane = lanes[TableNames.Limits, key];
        if (lane.TryRemember(WindowWork.Row, out var row) && row is not null
            && RollingWindow.Peek(row.Values.GetBinary(WindowWork.Property), time.GetUtcNow().ToUnixTimeMilliseconds(), limit) is { Admitted: false } full)
        {
            return full;
        }

        var work = new WindowWork(limit, time);
        await lane.DoAsync(work, Within).WaitAsync(cancel).ConfigureAwait(false);
        return work.Verdict;
    }

    /// <summary>Reads a leased limit's row where this instance does not know it yet; makes nothing.</summary>
    public Task<PeekedLimit?> PeekAsync(string key, int limit, CancellationToken cancel) =>
        limit > RollingWindow.MostInstants ? leases.PeekAsync(key, cancel) : Task.FromResult<PeekedLimit?>(null);

    /// <summary>One place in a window of instants.</summary>
    private sealed class WindowWork(int limit, TimeProvider time) : PartitionWork
    {
        public const string Row = "window";
        public const string Property = "instants";

        public WindowVerdict Verdict { get; private set; }

        public override IReadOnlyList<string> RowKeys { get; } = [Row];

        public override bool MayPresume => true;

        public override void Decide(PartitionView view)
        {
            var now = time.GetUtcNow().ToUnixTimeMilliseconds();
            Verdict = RollingWindow.Admit(view.Find(Row)?.GetBinary(Property), now, limit, out var updated);
            if (updated is not null)
                view.Set(Row, new RowValues { ["schema"] = 1, ["written_at"] = now, [Property] = updated });
        }
    }
}
