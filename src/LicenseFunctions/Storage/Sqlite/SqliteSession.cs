namespace LicenseFunctions.Storage.Sqlite;

/// <summary>What the writer thread does with its connection: a group of reads, a group of commits.</summary>
internal sealed class SqliteSession : IDisposable
{
    private readonly Database _database;
    private readonly RowTables _tables;
    private readonly RowVersion _versions;
    private readonly WriteTurns _turns;
    private readonly LogSize _log;

    public SqliteSession(Database database, string path)
    {
        _database = database;
        _tables = new RowTables(database);
        _versions = new RowVersion(database);
        _turns = new WriteTurns(database);
        _log = new LogSize(database, path);
    }

    /// <summary>Runs the reads on one state of the file; false when another process is in the way just now.</summary>
    public bool TryRead(ReadOnlySpan<ReadWork> reads)
    {
        try
        {
            // A single read is a transaction by itself.
            if (reads.Length > 1)
                _database.Begin();
            foreach (var read in reads)
                read.Read(_tables);
            if (reads.Length > 1)
                _database.Commit();
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
        if (!_turns.MayWrite)
            return false;
        _database.SetDurable(NeedsDisk(commits));
        if (!TryBegin())
            return false;
        try
        {
            if (!TryApply(commits))
            {
                Undo();
                if (!TryBegin())
                    return false;
                ApplyCarefully(commits);
            }

            _database.Commit();
        }
        catch
        {
            Undo();
            throw;
        }

        _turns.Committed();
        return true;
    }

    private bool TryBegin()
    {
        if (!_database.TryBeginWrite())
        {
            _turns.LockWasTaken();
            return false;
        }

        _turns.LookForNeighbour();
        return true;
    }

    private bool TryApply(ReadOnlySpan<CommitWork> commits)
    {
        foreach (var commit in commits)
        {
            // Its caller may have given up while we waited for the lock.
            if (!commit.IsSettled && !commit.TryApply(_tables, _versions))
                return false;
        }

        return true;
    }

    private void ApplyCarefully(ReadOnlySpan<CommitWork> commits)
    {
        foreach (var commit in commits)
        {
            if (!commit.IsSettled)
                commit.ApplyCarefully(_tables, _versions);
        }
    }

    private void Undo()
    {
        _database.Abandon();
        _versions.Forget();
    }

    /// <summary>Call after the commits were answered. A failure here shows again in the next commit.</summary>
    public void KeepLogSmall()
    {
        try
        {
            _log.Committed();
        }
        catch (SqliteFault)
        {
            // Nothing is lost: what was answered is in the log.
        }
    }

    public void Dispose()
    {
        _tables.Dispose();
        _versions.Dispose();
        _turns.Dispose();
        _log.Dispose();
        // As the last connection to the file, this one copies the log into it and removes it.
        _database.Dispose();
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
