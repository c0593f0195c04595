namespace LicenseFunctions.Storage.Sqlite;

/// <summary>
/// Begins and ends the transactions of one connection. Each begins with a look at what others committed, so that the
/// journal's overlay is that of the state which the transaction sees; changes to the journal are written at its end.
/// </summary>
internal sealed class StoreTransactions(Database database, WriteTurns turns, UsageJournal journal, Overlay overlay, SeenVersions seen, RowVersion versions)
{
    private bool _isBehind;

    /// <summary>False during the gap that is left to other processes.</summary>
    public bool MayWrite => turns.MayWrite;

    public void BeginRead()
    {
        database.Begin();
        Look();
    }

    /// <summary>A transaction that has changed nothing.</summary>
    public void EndRead() => database.Commit();

    /// <summary>Takes the write lock; false when another process has it.</summary>
    /// <param name="durable">Whether the commit waits for the disk.</param>
    public bool TryBeginWrite(bool durable)
    {
        database.SetDurable(durable);
        if (!database.TryBeginWrite())
        {
            turns.LockWasTaken();
            return false;
        }

        Look();
        return true;
    }

    public void Commit()
    {
        journal.Append();
        database.Commit();
        journal.Committed();
        turns.Committed();
    }

    /// <summary>Leaves everything as it was before the transaction, if one is under way.</summary>
    public void Undo()
    {
        _isBehind = true;
        database.Abandon();
        versions.Forget();
        overlay.UndoStaged();
        seen.ForgetAll();
    }

    private void Look()
    {
        _isBehind |= turns.OthersHaveCommitted();
        if (!_isBehind)
            return;
        seen.ForgetAll();
        journal.Follow();
        _isBehind = false;
    }
}
