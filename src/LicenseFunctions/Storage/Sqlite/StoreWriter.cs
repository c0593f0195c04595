namespace LicenseFunctions.Storage.Sqlite;

/// <summary>
/// The one thread that touches the file. It takes everything that waits, answers the reads, makes all commits in one
/// transaction and answers those. Reads go first: they see only what is committed, so they need not wait for the disk.
/// </summary>
internal sealed class StoreWriter : IAsyncDisposable
{
    private const int ReadsInGroup = 256;
    private const int CommitsInGroup = 256;
    private const int BytesInGroup = 4 * 1024 * 1024;

    private readonly WorkQueue _queue = new();
    private readonly WorkGroup<ReadWork> _reads = new(ReadsInGroup);
    private readonly WorkGroup<CommitWork> _commits = new(CommitsInGroup);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SqliteSession _session;
    private readonly TimeSpan _patience;
    private readonly Timer _watch;

    public StoreWriter(SqliteSession session, TimeSpan patience)
    {
        (_session, _patience) = (session, patience);
        new Thread(Run) { IsBackground = true, Name = "license store" }.Start();
        var period = patience / 8;
        _watch = new Timer(static writer => ((StoreWriter)writer!).FailOverdue(), this, period, period);
    }

    public void Add(StoreWork work) => _queue.Add(work);

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
            if (_queue.WaitForWork(_session.TidyAfter()) is { } hasWork)
                return hasWork;
            _session.Tidy();
        }
    }

    private bool AnswerReads()
    {
        if (_reads.Count == 0)
            return false;
        try
        {
            if (!_session.TryRead(_reads.Items))
                return false;
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
            _commits.Complete();
        }
        catch (Exception e)
        {
            _commits.Fail(AsUnavailable(e));
        }

        return true;
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
