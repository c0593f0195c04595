using System.Collections.Concurrent;
using System.Security.Cryptography;
using LicenseFunctions.Storage;

namespace LicenseFunctions.Limits;

/// <summary>A limit's row as it was just read: none, where the limit was not used yet.</summary>
public sealed record PeekedLimit(Row? Row);

/// <summary>
/// Limits too large for a row of instants: this instance leases a batch of permits for half a second and settles it,
/// unused permits returned, in its next write. Requests that find the lease used up share one renewal.
/// </summary>
public sealed class LeasedLimiter(ITableStore store, TimeProvider time)
{
    private const string Row = "window";
    private const string Property = "leases";

    /// <summary>How long a refusal is remembered while other instances may still give permits back.</summary>
    private const int RefusalMs = LeasedWindow.LeaseMs;

    private const int MostKeys = 4096;

    private readonly ConcurrentDictionary<string, Lease> _leases = new(StringComparer.Ordinal);
    private readonly int _instance = RandomNumberGenerator.GetInt32(int.MaxValue);

    /// <summary>Takes one permit of a key's limit.</summary>
    /// <param name="key">The partition key; a hash, never the secret.</param>
    /// <param name="limit">Requests in any 60 seconds.</param>
    /// <param name="hint">The row where it was just read.</param>
    /// <param name="cancel">Cancels the wait.</param>
    public async Task<WindowVerdict> TakeAsync(string key, int limit, PeekedLimit? hint, CancellationToken cancel)
    {
        var lease = LeaseOf(key);
        var since = time.GetTimestamp();
        for (var isFirst = true; ; isFirst = false)
        {
            Task renewal;
            bool isOlder;
            lock (lease)
            {
                if (lease.TryTake(Now, limit, out var verdict))
                    return verdict;
                if (time.GetElapsedTime(since) > ConflictRetry.Deadline)
                    throw new StorageUnavailableException("The limit is too busy.");
                lease.Known ??= hint;
                isOlder = isFirst && lease.Renewal is { IsCompleted: false };
                renewal = lease.Renewal is { IsCompleted: false } running ? running : lease.Renewal = RenewAsync(key, lease, limit);
                lease.Wanted++;
            }

            try
            {
                await renewal.WaitAsync(cancel).ConfigureAwait(false);
            }
            catch (StorageUnavailableException) when (isOlder && ConflictRetry.MayBeginAgain(since, time))
            {
                // It was begun before this request came, and says nothing of what the store does since.
            }
        }
    }

    /// <summary>Reads a key's row where this instance has no lease of it; makes nothing.</summary>
    public async Task<PeekedLimit?> PeekAsync(string key, CancellationToken cancel) =>
        _leases.ContainsKey(key) ? null : await ReadAsync(key, cancel).ConfigureAwait(false);

    private async Task<PeekedLimit> ReadAsync(string key, CancellationToken cancel) =>
        new(await store.FindAsync(TableNames.Limits, key, Row, cancel).ConfigureAwait(false));

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    private Lease LeaseOf(string key)
    {
        if (_leases.Count >= MostKeys)
        {
            foreach (var (old, lease) in _leases)
            {
                if (lease.IsOver)
                    _leases.TryRemove(old, out _);
            }
        }

        return _leases.GetOrAdd(key, _ => new Lease(time));
    }

    private async Task RenewAsync(string key, Lease lease, int limit)
    {
        await Task.Yield();
        try
        {
            _ = await ConflictRetry.RunAsync(() => TryRenewAsync(key, lease, limit), time, CancellationToken.None).ConfigureAwait(false);
        }
        catch
        {
            // The settlement may have been made unheard: giving the same permits back twice would admit too many.
            lock (lease)
                lease.Forfeit();
            throw;
        }
    }

    private async Task<Lease?> TryRenewAsync(string key, Lease lease, int limit)
    {
        var row = (lease.Known ?? await ReadAsync(key, CancellationToken.None).ConfigureAwait(false)).Row;
        var since = time.GetTimestamp();
        var window = LeasedWindow.Read(row?.Values.GetBinary(Property), Now + lease.BehindMs);
        int unused, wanted, length;
        long end;
        lock (lease)
            (end, unused, wanted, length) = lease.Close();
        window.Settle(end, unused);
        var permits = window.Grant(_instance, wanted, limit, length, out var leaseEnd);
        var values = new RowValues { ["schema"] = 1, ["written_at"] = window.Instant, [Property] = window.Pack() };
        var result = await store.CommitAsync(
            TableNames.Limits, key, [row is null ? RowChange.Insert(Row, values) : RowChange.Replace(Row, values, row.ETag)],
            CancellationToken.None).ConfigureAwait(false);
        lock (lease)
        {
            // Where another clock is ahead, time goes on at its pace, also while that instance writes nothing.
            lease.BehindMs = Math.Max(lease.BehindMs, window.Instant - Now);
            lease.Known = result.Committed ? new(new Row(key, Row, values, result.ETags[0])) : null;
            if (!result.Committed)
                return null;
            lease.Open(permits, leaseEnd, since, length, limit - window.Granted, (int)Math.Max(1, window.FreeAt - window.Instant));
            return lease;
        }
    }

    /// <summary>
    /// The permits in hand. Guarded by a lock on itself. It lasts by the instance's own steady clock, from when its
    /// window was read: other clocks only say where it stands in the row.
    /// </summary>
    private sealed class Lease(TimeProvider time)
    {
        private long _since;
        private long _end;
        private int _lengthMs;
        private int _grantMs;
        private int _freeMs;
        private int _permits;
        private int _unsettled;
        private int _granted;
        private int _elsewhere;
        private int _lastUsed = 4;

        /// <summary>The row as last seen; null when it has to be read.</summary>
        public PeekedLimit? Known { get; set; }

        public Task? Renewal { get; set; }

        /// <summary>How far this instance's clock is behind the one that is furthest ahead, as far as the row has told.</summary>
        public long BehindMs { get; set; }

        /// <summary>Requests that wait for the renewal.</summary>
        public int Wanted { get; set; }

        public bool IsOver => ElapsedMs > 2 * RollingWindow.LengthMs && Renewal is null or { IsCompleted: true };

        /// <summary>True when the request is decided: admitted, or refused while it is known that nothing is free.</summary>
        public bool TryTake(long now, int limit, out WindowVerdict verdict)
        {
            var elapsed = ElapsedMs;
            if (_permits > 0 && elapsed < _lengthMs)
            {
                _permits--;
                verdict = new(true, limit, Math.Max(0, _elsewhere + _permits), 0);
                return true;
            }

            verdict = new(false, limit, 0, now + Math.Max(1, _freeMs - (long)elapsed));
            return elapsed < Math.Min(_freeMs, _grantMs + RefusalMs);
        }

        /// <summary>
        /// Ends the lease: what was not used goes back, and twice what was used is asked for next. Answers the same until
        /// the settlement is committed, since the commit may have to be tried again.
        /// </summary>
        public (long End, int Unused, int Wanted, int LengthMs) Close()
        {
            _unsettled += _permits;
            _permits = 0;
            if (_granted > 0)
                _lastUsed = _granted - _unsettled;
            // Where granting takes long, a lease of the usual length would be over before it can be used.
            var length = LeasedWindow.LeaseMs + (_grantMs > LeasedWindow.LeaseMs / 2 ? 2 * _grantMs : 0);
            return (_end, _unsettled, Math.Max(4, Math.Max(Wanted, _lastUsed * 2)), length);
        }

        public void Forfeit() => (_unsettled, Known) = (0, null);

        public void Open(int permits, long end, long since, int lengthMs, int left, int freeMs)
        {
            _unsettled = 0;
            (_permits, _granted, _end, _since, _lengthMs) = (permits, permits, end, since, lengthMs);
            _elsewhere = Math.Max(0, left);
            _freeMs = permits == 0 ? freeMs : 0;
            _grantMs = (int)ElapsedMs;
            Wanted = 0;
        }

        private double ElapsedMs => time.GetElapsedTime(_since).TotalMilliseconds;
    }
}
