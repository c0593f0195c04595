namespace LicenseFunctions.Storage.Sqlite;

/// <summary>
/// The thread that works on the file. It takes everything that waits, answers the reads, makes all commits in one
/// transaction and answers those. Reads go first: they see only what is committed, so they need not wait for the disk.
/// While little is asked, whoever asks does the work where it is, without the way through two other threads: what need not
/// wait for the disk is done at once by the caller if nobody else is at it.
/// </summary>
internal sealed class StoreWriter : IAsyncDisposable
{
    private const int ReadsInGroup = 256;
    private const int CommitsInGroup = 256;
    private const int BytesInGroup = 4 * 1024 * 1024;

    /// <summary>A group of more than these says that much is asked: two or three requests at once make no more.</summary>
    private const int FewReads = 8;
    private const int FewCommits = 4;

    /// <summary>So long after such a group all work goes to the thread, where many share a transaction.</summary>
    private const int BusyMilliseconds = 5;

    private readonly WorkQueue _queue = new();
    private readonly WorkGroup<ReadWork> _reads = new(ReadsInGroup);
    private readonly WorkGroup<CommitWork> _commits = new(CommitsInGroup);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SqliteSession _session;
    private readonly TimeSpan _patience;
    private readonly Timer _watch;
    private readonly SessionTurn _turn = new();
    private long _busyUntil;

    public StoreWriter(SqliteSession session, TimeSpan patience)
    {
        (_session, _patience) = (session, patience);
        new Thread(Run) { IsBackground = true, Name = "license store" }.Start();
        var period = patience / 8;
        _watch = new Timer(static writer => ((StoreWriter)writer!).FailOverdue(), this, period, period);
    }

    /// <summary>Does the work here and now if it can, or hands it to the thread.</summary>
    public void Add(StoreWork work)
    {
        if (!TryDoHere(work))
            _queue.Add(work);
    }

    /// <summary>Does what waits, then closes the file.</summary>
    public async ValueTask DisposeAsync()
    {
        _queue.Close(new ObjectDisposedException(nameof(SqliteTableStore)));
        await _ended.Task;
        await _watch.DisposeAsync();
        _queue.Dispose();
    }

    private void Run()
    {
        Exception reason = new ObjectDisposedException(nameof(SqliteTableStore));
        _turn.Take();
        try
        {
            while (Take())
            {
                var answered = AnswerReads();
                if (!AnswerCommits() && !answered)
                    Pause.Briefly();
                _session.Tidy();
            }
        }
        catch (Exception e)
        {
            reason = new StorageUnavailableException("The store's thread has ended; restart the program.", e);
        }
        finally
        {
            _queue.End(reason);
            _reads.Fail(reason);
            _commits.Fail(reason);
            _session.Dispose();
            _ended.SetResult();
        }
    }

    /// <summary>Adds to the group what has come meanwhile; waits only when there is nothing to do.</summary>
    private bool Take()
    {
        _reads.DropSettled();
        _commits.DropSettled();
        if (_reads.Count + _commits.Count == 0 && !WaitForWork())
            return false;
        var bytes = 0;
        foreach (var commit in _commits.Items)
            bytes += commit.Bytes;
        while (!_reads.IsFull && !_commits.IsFull && bytes < BytesInGroup && _queue.TryTake(out var work))
        {
            if (work is CommitWork commit)
            {
                _commits.Add(commit);
                bytes += commit.Bytes;
            }
            else
            {
                _reads.Add((ReadWork)work!);
            }
        }

        return true;
    }

    /// <summary>Tidies while there is nothing else to do; false at the end.</summary>
    private bool WaitForWork()
    {
        while (true)
        {
            var longest = _session.TidyAfter();
            _turn.Release(sleeps: longest is null);
            var hasWork = _queue.WaitForWork(longest);
            _turn.Take();
            if (hasWork is { } known)
                return known;
            _session.Tidy();
        }
    }

    private bool TryDoHere(StoreWork work)
    {
        if (Environment.TickCount64 < Volatile.Read(ref _busyUntil) || work is CommitWork { MustSurvivePowerLoss: true }
            || !_queue.IsEmpty || !_turn.TryTake())
            return false;
        try
        {
            if (!_queue.IsEmpty || _queue.IsClosing || !TryAnswer(work))
                return false;
            work.Complete();
            // While it is our turn: the thread cannot end before.
            if (_session.TidyAfter() is { } due && (due == TimeSpan.Zero || _turn.Sleeps))
                _queue.Nudge();
        }
        catch (Exception e)
        {
            work.Fail(AsUnavailable(e));
        }
        finally
        {
            _turn.Release();
        }

        return true;
    }

    private bool TryAnswer(StoreWork work) => work is CommitWork commit
        ? _session.TryCommit(new ReadOnlySpan<CommitWork>(ref commit))
        : work is ReadWork read && _session.TryRead(new ReadOnlySpan<ReadWork>(ref read));

    private bool AnswerReads()
    {
        if (_reads.Count == 0)
            return false;
        try
        {
            if (!_session.TryRead(_reads.Items))
                return false;
            NoteWhenBusy(_reads.Count > FewReads);
            _reads.Complete();
        }
        catch (Exception e)
        {
            _reads.Fail(AsUnavailable(e));
        }

        return true;
    }

    private bool AnswerCommits()
    {
        if (_commits.Count == 0)
            return false;
        try
        {
            if (!_session.TryCommit(_commits.Items))
                return false;
            NoteWhenBusy(_commits.Count > FewCommits);
            _commits.Complete();
        }
        catch (Exception e)
        {
            _commits.Fail(AsUnavailable(e));
        }

        return true;
    }

    private void NoteWhenBusy(bool isBusy)
    {
        if (isBusy)
            Volatile.Write(ref _busyUntil, Environment.TickCount64 + BusyMilliseconds);
    }

    private void FailOverdue()
    {
        _queue.FailOverdue(_patience);
        _reads.FailOverdue(_patience);
        _commits.FailOverdue(_patience);
    }

    private static StorageUnavailableException AsUnavailable(Exception exception) => exception switch
    {
        StorageUnavailableException unavailable => unavailable,
        SqliteFault fault => fault.ToUnavailable(),
        _ => new StorageUnavailableException("The store's file could not be read or written.", exception),
    };
}
