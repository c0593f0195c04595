namespace LicenseFunctions.Storage.Sqlite;

/// <summary>Makes the steps of a <see cref="JournalApplication"/>, each a transaction of its own.</summary>
internal sealed class JournalSteps(StoreTransactions transactions, UsageJournal journal, JournalApplication application)
{
    private const int AttemptsAtEnd = 200;

    /// <summary>How long until the next step may be made; null when there is nothing to do.</summary>
    public TimeSpan? Due() => application.Due();

    public bool IsFull => application.IsFull;

    /// <summary>Makes a step; false when another process writes just now.</summary>
    public bool TryStep()
    {
        try
        {
            if (!transactions.TryBeginWrite(durable: false))
            {
                application.Postpone(failed: false);
                return false;
            }

            application.Step();
            transactions.Commit();
        }
        catch
        {
            transactions.Undo();
            application.Postpone(failed: true);
            throw;
        }

        application.Stepped();
        return true;
    }

    /// <summary>
    /// Applies what is in the journal now; gives up when others hold the lock: then they, or whoever opens the file next, do it.
    /// </summary>
    public void TryFinish()
    {
        var upTo = journal.Last;
        for (var attempts = 0; journal.Applied < upTo && attempts < AttemptsAtEnd;)
        {
            if (TryStep())
                continue;
            attempts++;
            Pause.Briefly();
        }
    }
}
