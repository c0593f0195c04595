namespace LicenseFunctions.Storage.Sqlite;

/// <summary>What the writer thread does with its connection: a group of reads, a group of commits, and what keeps them quick.</summary>
internal sealed class SqliteSession : IDisposable
{
    private readonly Database _database;
    private readonly RowTables _tables;
    private readonly RowVersion _versions;
    private readonly WriteTurns _turns;
    private readonly UsageJournal _journal;
    private readonly StoreRows _rows;
    private readonly StoreTransactions _transactions;
    private readonly JournalSteps _steps;
    private readonly LogSize _log;

    public SqliteSession(Database database, string path, StorePace pace)
    {
        var (overlay, seen) = (new Overlay(), new SeenVersions());
        _database = database;
        _tables = new RowTables(database);
        _versions = new RowVersion(database);
        _turns = new WriteTurns(database);
        _journal = new UsageJournal(database, overlay, _tables);
        _rows = new StoreRows(_tables, overlay, seen);
        _transactions = new StoreTransactions(database, _turns, _journal, overlay, seen, _versions);
        _steps = new JournalSteps(_transactions, _journal, new JournalApplication(_journal, overlay, _tables, pace));
        _log = new LogSize(database, path, pace);
    }

    /// <summary>Runs the reads on one state of the file; false when another process is in the way just now.</summary>
    public bool TryRead(ReadOnlySpan<ReadWork> reads)
    {
        try
        {
            _transactions.BeginRead();
            foreach (var read in reads)
                read.Read(_rows);
            _transactions.EndRead();
            return true;
        }
        catch (SqliteFault fault) when (fault.IsBusy)
        {
            return false;
        }
        finally
        {
            _database.Abandon();
        }
    }

    /// <summary>Makes the commits in one transaction; false when another process writes just now or has its turn.</summary>
    public bool TryCommit(ReadOnlySpan<CommitWork> commits)
    {
        if (!_transactions.MayWrite || (_steps.IsFull && !_steps.TryStep()))
            return false;
        var durable = NeedsDisk(commits);
        try
        {
            if (!_transactions.TryBeginWrite(durable))
                return false;
            if (!TryApply(commits))
            {
                _transactions.Undo();
                if (!_transactions.TryBeginWrite(durable))
                    return false;
                ApplyCarefully(commits);
            }

            _transactions.Commit();
        }
        catch
        {
            _transactions.Undo();
            throw;
        }

        return true;
    }

    /// <summary>How long the thread may sleep until there is something to tidy; null for ever.</summary>
    public TimeSpan? TidyAfter() =>
        _steps.Due() is not { } step ? _log.Due()
        : _log.Due() is { } look && look < step ? look
        : step;

    /// <summary>Call after each group was answered. A failure here shows again in the next commit.</summary>
    public void Tidy()
    {
        try
        {
            if (_steps.Due() == TimeSpan.Zero)
                _steps.TryStep();
            _log.KeepSmall();
        }
        catch (Exception e) when (e is SqliteFault or StorageUnavailableException)
        {
            // Nothing is lost: what was answered is in the log.
        }
    }

    public void Dispose()
    {
        Finish();
        _tables.Dispose();
        _versions.Dispose();
        _turns.Dispose();
        _journal.Dispose();
        _log.Dispose();
        // As the last connection to the file, this one copies the log into it and removes it.
        _database.Dispose();
    }

    private void Finish()
    {
        try
        {
            _steps.TryFinish();
        }
        catch (Exception e) when (e is SqliteFault or StorageUnavailableException)
        {
            // The journal stays in the file for whoever opens it next.
        }
    }

    private bool TryApply(ReadOnlySpan<CommitWork> commits)
    {
        foreach (var commit in commits)
        {
            // Its caller may have given up while we waited for the lock.
            if (!commit.IsSettled && !commit.TryApply(_rows, _versions))
                return false;
        }

        return true;
    }

    private void ApplyCarefully(ReadOnlySpan<CommitWork> commits)
    {
        foreach (var commit in commits)
        {
            if (!commit.IsSettled)
                commit.ApplyCarefully(_rows, _versions);
        }
    }

    private static bool NeedsDisk(ReadOnlySpan<CommitWork> commits)
    {
        foreach (var commit in commits)
        {
            if (commit.MustSurvivePowerLoss)
                return true;
        }

        return false;
    }
}
