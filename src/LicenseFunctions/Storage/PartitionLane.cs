using System.Runtime.CompilerServices;

namespace LicenseFunctions.Storage;

/// <summary>
/// All work of this instance on one partition, one batch at a time: requests that wait while a batch is under way join
/// the next one and share its reads and its one commit. Between instances the ETags decide; a lost race is read and
/// decided again, with jitter, until the work's deadline.
/// </summary>
public sealed class PartitionLane(ITableStore store, TimeProvider time, string table, string partition)
{
    private const int BatchSize = 19;
    private const int RememberedRows = 32;

    /// <summary>So long a witness is believed: what was changed by hand, past this program's rules, holds after a minute.</summary>
    private static readonly TimeSpan WitnessHolds = TimeSpan.FromMinutes(1);

    /// <summary>So long a work that is overdue may go on, where what it has committed may have to be taken back.</summary>
    private static readonly TimeSpan TakingBack = ConflictRetry.Deadline;

    private static readonly List<string> None = [];

    /// <summary>Never added to.</summary>
    private static readonly Dictionary<string, Row?> Nothing = new(StringComparer.Ordinal);

    private readonly Lock _gate = new();
    private readonly Queue<PartitionWork> _waiting = new();
    private Dictionary<string, Row?> _remembered = Nothing;
    private PartitionWork? _alone;
    private string? _witness;
    private bool _running;
    private long _readAt;

    // False while other instances write to the partition as well: what is remembered is then hardly ever current.
    private bool _isOurs = true;

    public long LastUsed { get; private set; }

    /// <summary>Whether it is of one request alone, so that it remembers nothing: see <see cref="PartitionLanes"/>.</summary>
    public bool IsPassing { get; init; }

    public bool IsIdle
    {
        get
        {
            lock (_gate)
                return !_running;
        }
    }

    /// <summary>A row as last seen by this instance; what it says may be over by now.</summary>
    public bool TryRemember(string key, out Row? row)
    {
        lock (_gate)
            return _remembered.TryGetValue(key, out row);
    }

    /// <summary>Does the work; returns when what it changed is durable.</summary>
    public Task DoAsync(PartitionWork work, TimeSpan within)
    {
        LastUsed = time.GetTimestamp();
        work.Deadline = LastUsed + (long)(within.TotalSeconds * time.TimestampFrequency);
        bool start;
        lock (_gate)
        {
            _waiting.Enqueue(work);
            start = !_running;
            _running = true;
        }

        if (start)
            _ = RunAsync();
        return work.Done;
    }

    private async Task RunAsync()
    {
        PartitionWork? alone = null;
        while (TakeBatch() is { } batch)
        {
            alone?.Complete();
            _alone = alone = batch.Count == 1 ? batch[0] : null;
            try
            {
                var left = await PresumeAsync(batch).ConfigureAwait(false);
                if (left.Count > 0)
                    await SettleAsync(left).ConfigureAwait(false);
            }
#pragma warning disable CA1031 // Whatever went wrong belongs to the requests of the batch, each of which is waiting for it.
            catch (Exception e)
#pragma warning restore CA1031
            {
                Forget();
                foreach (var work in batch)
                    work.Fail(e);
                alone = null;
            }
        }

        // The lane is free: a request that was alone goes on here, without the way through another thread.
        alone?.CompleteHere();
    }

    private List<PartitionWork>? TakeBatch()
    {
        lock (_gate)
        {
            List<PartitionWork>? batch = null;
            while (batch is not { Count: BatchSize } && _waiting.TryDequeue(out var work))
            {
                // Who has waited in vain is told so, and nothing is begun for it any more.
                if (!IsOverdue(work))
                    (batch ??= new(Math.Min(_waiting.Count + 1, BatchSize))).Add(work);
            }

            _running = batch is not null;
            if (batch is null)
                _alone = null;
            return batch;
        }
    }

    /// <summary>One trip: decides on remembered rows, commits, and meanwhile reads again what the commit does not prove.</summary>
    /// <returns>The work that is still to be settled.</returns>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))] // One for nearly every request.
    private async ValueTask<List<PartitionWork>> PresumeAsync(List<PartitionWork> batch)
    {
        var rows = _remembered;
        if (!_isOurs || !MayPresume(batch, rows))
            return batch;
        var view = new PartitionView(rows);
        Decide(batch, view);
        var unproven = Unproven(batch, view, time.GetElapsedTime(_readAt) < WitnessHolds);
        var reads = unproven.Count == 0 ? [] : new ValueTask<Row?>[unproven.Count];
#pragma warning disable CA2012 // Each is awaited once, below: by then it has been answered, and costs no turn of another thread.
        for (var i = 0; i < reads.Length; i++)
            reads[i] = store.FindAsync(table, partition, unproven[i], CancellationToken.None);
#pragma warning restore CA2012
        var confirms = StartConfirming(batch, rows);
        var committed = await CommitAsync(view, batch).ConfigureAwait(false);
        var confirmed = await ConfirmAsync(batch, confirms, rows).ConfigureAwait(false);
        var (answered, current) = (true, true);
        for (var i = 0; i < reads.Length; i++)
        {
            try
            {
                var row = await reads[i].ConfigureAwait(false);
                current &= row?.ETag == rows[unproven[i]]?.ETag;
                Remember(unproven[i], row);
            }
#pragma warning disable CA1031 // If the store goes on failing, the settling tells.
            catch (Exception)
#pragma warning restore CA1031
            {
                answered = false;
            }
        }

        // What was committed is known; whether it holds is not. Or another instance has written: see ReadAllAsync.
        if (!answered || !current)
            Forget();
        if (unproven.Count > 0)
            _readAt = time.GetTimestamp();
        _isOurs = committed && current;
        return answered && committed && current ? Finish(batch, confirmed) : batch;
    }

    private static bool MayPresume(List<PartitionWork> batch, Dictionary<string, Row?> rows)
    {
        foreach (var work in batch)
        {
            if (!work.MayPresume || !Knows(rows, work.RowKeys))
                return false;
        }

        return true;
    }

    private static bool Knows(Dictionary<string, Row?> rows, IReadOnlyList<string> keys)
    {
        for (var i = 0; i < keys.Count; i++)
        {
            if (!rows.ContainsKey(keys[i]))
                return false;
        }

        return true;
    }

    /// <summary>The rows that were looked at and that the commit does not prove current.</summary>
    private static List<string> Unproven(List<PartitionWork> batch, PartitionView view, bool believeWitness)
    {
        List<string>? unproven = null;
        foreach (var work in batch)
        {
            if (believeWitness && work.Witness is { } witness && view.Changed(witness))
                continue;
            var keys = work.RowKeys;
            for (var i = 0; i < keys.Count; i++)
            {
                if (!view.Changed(keys[i]) && unproven?.Contains(keys[i]) != true)
                    (unproven ??= new(4)).Add(keys[i]);
            }
        }

        return unproven ?? None;
    }

    /// <summary>Starts what has to run alongside the commit: of most batches nothing.</summary>
    private Task<bool>?[]? StartConfirming(List<PartitionWork> batch, Dictionary<string, Row?> rows)
    {
        Task<bool>?[]? confirms = null;
        for (var i = 0; i < batch.Count; i++)
        {
            if (batch[i].ConfirmsAlongside || (batch[i].DoubtedRows.Count > 0 && !batch[i].IsFinal))
                (confirms ??= new Task<bool>?[batch.Count])[i] = ConfirmAsync(batch[i], rows);
        }

        return confirms;
    }

    private async ValueTask<bool[]> ConfirmAsync(List<PartitionWork> batch, Task<bool>?[]? begun, Dictionary<string, Row?> rows)
    {
        var confirmed = new bool[batch.Count];
        for (var i = 0; i < confirmed.Length; i++)
            confirmed[i] = await (begun?[i] ?? ConfirmAsync(batch[i], rows)).ConfigureAwait(false);
        return confirmed;
    }

    private async Task SettleAsync(List<PartitionWork> batch)
    {
        for (var attempt = 0; batch.Count > 0; attempt++)
        {
            DropEnded(batch);
            if (batch.Count == 0)
                return;
            var rows = await ReadAllAsync(batch).ConfigureAwait(false);
            var view = new PartitionView(rows);
            await ReadyAsync(batch, view).ConfigureAwait(false);
            DropEnded(batch);
            Decide(batch, view);
            if (!await AreSureAsync(batch, rows).ConfigureAwait(false))
                continue;
            var confirms = StartConfirming(batch, rows);
            var committed = await CommitAsync(view, batch).ConfigureAwait(false);
            var confirmed = await ConfirmAsync(batch, confirms, rows).ConfigureAwait(false);
            if (committed)
                batch = Finish(batch, confirmed);
            else
                await Task.Delay(ConflictRetry.Jitter(attempt), time, CancellationToken.None).ConfigureAwait(false);
        }
    }

    /// <summary>All at once, since one may wait for seconds; the view is only looked at meanwhile.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))] // As above.
    private static async ValueTask ReadyAsync(List<PartitionWork> batch, PartitionView view)
    {
        List<Task>? waits = null;
        foreach (var work in batch)
        {
            var ready = ReadyAsync(work, view);
            if (!ready.IsCompleted)
                (waits ??= new(batch.Count)).Add(ready);
        }

        for (var i = 0; i < waits?.Count; i++)
            await waits[i].ConfigureAwait(false);
    }

    private static async Task ReadyAsync(PartitionWork work, PartitionView view)
    {
        try
        {
            await work.ReadyAsync(view).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // What one request waits for may fail without the others.
        catch (Exception e)
#pragma warning restore CA1031
        {
            work.Fail(e);
        }
    }

    /// <summary>Leaves what is still to be settled.</summary>
    private void DropEnded(List<PartitionWork> batch)
    {
        var kept = 0;
        for (var i = 0; i < batch.Count; i++)
        {
            if (!batch[i].IsSettled && !IsOverdue(batch[i]))
                batch[kept++] = batch[i];
        }

        batch.RemoveRange(kept, batch.Count - kept);
    }

    /// <summary>False when a work whose decision is final must not be committed as it was decided.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))] // As above.
    private async ValueTask<bool> AreSureAsync(List<PartitionWork> batch, Dictionary<string, Row?> rows)
    {
        foreach (var work in batch)
        {
            if (work.IsFinal && !await IsSureAsync(work, rows).ConfigureAwait(false))
                return false;
        }

        return true;
    }

    private async ValueTask<bool> IsSureAsync(PartitionWork work, Dictionary<string, Row?> rows)
    {
        foreach (var key in work.DoubtedRows)
        {
            if ((await store.FindAsync(table, partition, key, CancellationToken.None).ConfigureAwait(false))?.ETag != rows[key]?.ETag)
                return false;
        }

        return true;
    }

    private async Task<bool> ConfirmAsync(PartitionWork work, Dictionary<string, Row?> rows)
    {
        try
        {
            return (work.IsFinal || await IsSureAsync(work, rows).ConfigureAwait(false)) && await work.ConfirmAsync().ConfigureAwait(false);
        }
#pragma warning disable CA1031 // As above; a work that has failed has nothing left to confirm.
        catch (Exception e)
#pragma warning restore CA1031
        {
            work.Fail(e);
            return true;
        }
    }

    private static void Decide(List<PartitionWork> batch, PartitionView view)
    {
        var decided = 0;
        for (var i = 0; i < batch.Count; i++)
        {
            if (TryDecide(batch[i], view))
                batch[decided++] = batch[i];
        }

        batch.RemoveRange(decided, batch.Count - decided);
    }

    private static bool TryDecide(PartitionWork work, PartitionView view)
    {
        try
        {
            view.Run(work);
            return true;
        }
#pragma warning disable CA1031 // A decision that throws is that request's fault alone; the others of the batch go on.
        catch (Exception e)
#pragma warning restore CA1031
        {
            work.Fail(e);
            return false;
        }
    }

    /// <summary>Completes what is confirmed, apart from work that is alone; the rest is decided once more.</summary>
    private List<PartitionWork> Finish(List<PartitionWork> batch, bool[] confirmed)
    {
        var kept = 0;
        for (var i = 0; i < confirmed.Length; i++)
        {
            if (!confirmed[i])
                batch[kept++] = batch[i];
            else if (!ReferenceEquals(batch[i], _alone))
                batch[i].Complete();
        }

        batch.RemoveRange(kept, batch.Count - kept);
        return batch;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))] // As above.
    private async ValueTask<bool> CommitAsync(PartitionView view, List<PartitionWork> batch)
    {
        var changes = view.Changes();
        if (changes.Count > 0)
        {
            var result = await store.CommitAsync(table, partition, changes, CancellationToken.None).ConfigureAwait(false);
            if (!result.Committed)
            {
                Forget();
                return false;
            }

            for (var i = 0; i < changes.Count && !IsPassing; i++)
                Remember(changes[i].Key, NewRow(changes[i], result.ETags[i]));
        }

        foreach (var work in batch)
        {
            work.Committed();
            work.MayOwe |= changes.Count > 0;
        }

        return true;
    }

    private Row? NewRow(RowChange change, string etag) =>
        change.Kind == RowChangeKind.Delete ? null : new Row(partition, change.Key, change.Values, etag);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))] // As above.
    private async ValueTask<Dictionary<string, Row?>> ReadAllAsync(List<PartitionWork> batch)
    {
        _readAt = time.GetTimestamp();
        var rows = new Dictionary<string, Row?>(StringComparer.Ordinal);
        var (prefix, headRows) = HeadOf(batch);
        var keys = KeysOf(batch);
        var head = new RowRange(table, partition, prefix) { Limit = headRows };
        foreach (var row in await store.ReadAsync(head, NotOfHead(keys, prefix), CancellationToken.None).ConfigureAwait(false))
            rows[row.Key] = row;
        foreach (var key in keys)
            rows.TryAdd(key, null);
        if (!IsPassing)
            RememberRead(batch, prefix, keys, rows);
        return rows;
    }

    private static bool IsOfHead(string key, string prefix) => prefix.Length > 0 && key.StartsWith(prefix, StringComparison.Ordinal);

    /// <summary>Each work of the batch but one may take one row away from what the last of them looks at.</summary>
    private static (string Prefix, int Rows) HeadOf(List<PartitionWork> batch)
    {
        var (prefix, most) = ("", 0);
        foreach (var work in batch)
        {
            if (work.HeadPrefix.Length > 0)
                (prefix, most) = (work.HeadPrefix, Math.Max(most, work.HeadRows));
        }

        return (prefix, most == 0 ? 0 : most + batch.Count - 1);
    }

    private static List<string> NotOfHead(List<string> keys, string prefix)
    {
        var others = new List<string>(keys.Count);
        foreach (var key in keys)
        {
            if (!IsOfHead(key, prefix))
                others.Add(key);
        }

        return others;
    }

    /// <summary>The rows that the works look at, each once.</summary>
    private static List<string> KeysOf(List<PartitionWork> batch)
    {
        var keys = new List<string>(4);
        foreach (var work in batch)
        {
            for (var i = 0; i < work.RowKeys.Count; i++)
            {
                if (!keys.Contains(work.RowKeys[i]))
                    keys.Add(work.RowKeys[i]);
            }
        }

        return keys;
    }

    /// <summary>
    /// What was read beside a witness may be older than it, and is proved by it only if the witness has not changed since it was
    /// last seen; a row that the batch then replaces is remembered as written.
    /// </summary>
    private void RememberRead(List<PartitionWork> batch, string prefix, List<string> keys, Dictionary<string, Row?> rows)
    {
        _witness = batch.Find(work => work.Witness is not null)?.Witness;
        _isOurs = keys.TrueForAll(key => IsAsRemembered(key, rows, orUnknown: true));
        var isProved = prefix.Length == 0
            || batch.TrueForAll(work => work.Witness is not { } witness || IsAsRemembered(witness, rows, orUnknown: false));
        // Another instance has written, perhaps also what is not read here: the new witness would prove what is older than it.
        if (!_isOurs || !isProved)
            Forget();
        foreach (var key in keys)
        {
            if (isProved || IsOfHead(key, prefix))
                Remember(key, rows[key]);
        }
    }

    private bool IsAsRemembered(string key, Dictionary<string, Row?> rows, bool orUnknown) =>
        _remembered.TryGetValue(key, out var known) ? known?.ETag == rows[key]?.ETag : orUnknown;

    private bool IsOverdue(PartitionWork work)
    {
        var now = time.GetTimestamp();
        if (now < work.Deadline || work.TryExtend(now + (long)(TakingBack.TotalSeconds * time.TimestampFrequency)))
            return false;
        work.Fail(new StorageUnavailableException("The partition is too busy."));
        return true;
    }

    private void Remember(string key, Row? row)
    {
        lock (_gate)
        {
            if (ReferenceEquals(_remembered, Nothing))
                _remembered = new(StringComparer.Ordinal);
            else if (_remembered.Count >= RememberedRows && !_remembered.ContainsKey(key))
                _remembered = WitnessAlone();
            _remembered[key] = row;
        }
    }

    /// <summary>What is remembered next is proved by it: no row shall be remembered without.</summary>
    private Dictionary<string, Row?> WitnessAlone()
    {
        var rows = new Dictionary<string, Row?>(StringComparer.Ordinal);
        if (_witness is not null && _remembered.TryGetValue(_witness, out var row))
            rows[_witness] = row;
        return rows;
    }

    private void Forget()
    {
        lock (_gate)
            _remembered = Nothing;
    }
}
