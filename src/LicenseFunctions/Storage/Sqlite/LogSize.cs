namespace LicenseFunctions.Storage.Sqlite;

/// <summary>
/// Keeps the write-ahead log small. SQLite's own checkpoints, which make a commit wait for them, are off. Ours run on a second
/// connection and another thread, while commits go on; what has come meanwhile is copied likewise, until it is little. The rest is
/// copied while the first connection holds the write lock, so that nobody can commit: only a log that is copied whole begins anew.
/// Where more is written than the disk takes, everybody waits for the copy.
/// </summary>
/// <remarks>
/// Before 3.51.3 SQLite could lose pages when a copy met another process's commit at the wrong instant (sqlite.org/wal.html, "The
/// WAL-Reset Bug"): older versions of this program therefore copy under the write lock alone, and may share the file.
/// </remarks>
internal sealed class LogSize(Database writer, string path, StorePace pace) : IDisposable
{
    /// <summary>Of the pages after which the log is copied, so small a part is copied in a millisecond, for which everybody waits.</summary>
    private const int FewOf = 30;

    /// <summary>With so many times these pages in the log its rest is copied, however many they are.</summary>
    private const double Full = 1.6;

    /// <summary>So often it is copied beside the commits at most.</summary>
    private const int MostRounds = 4;

    /// <summary>Above this some reader kept the log from being reset, or another process wrote it: copy at every chance.</summary>
    private const long LargeFile = StoreSchema.MostOfLogKept;

    private const int CommitsBetweenLooks = 256;

    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(2);

    private readonly FileInfo _log = new(path + "-wal");
    private Database? _copier;
    private Task? _copy;
    private int _pages;
    private int _uncopied;
    private int _rounds;
    private int _commits;

    private Database Copier => _copier ??= OpenCopier();

    /// <summary>How long until the next look at a copy under way; null when there is none.</summary>
    public TimeSpan? Due() => _copy is null ? null : BetweenLooks;

    /// <summary>Call when nobody waits for an answer.</summary>
    public void KeepSmall()
    {
        var written = writer.TakePagesWritten();
        (_pages, _uncopied) = (_pages + written, _uncopied + written);
        var isFull = _pages >= Full * pace.PagesInLog;
        if (_copy is null)
        {
            if (_pages >= pace.PagesInLog || (++_commits >= CommitsBetweenLooks && IsLarge()))
                BeginRound();
        }
        else if (_copy.IsCompleted || isFull)
        {
            _copy.Wait();
            if (_uncopied > pace.PagesInLog / FewOf && _rounds < MostRounds && !isFull)
                BeginRound();
            else
                CopyRest();
        }
    }

    public void Dispose()
    {
        _copy?.Wait();
        _copier?.Dispose();
    }

    private bool IsLarge()
    {
        _commits = 0;
        _log.Refresh();
        return _log.Exists && _log.Length > LargeFile;
    }

    private void BeginRound()
    {
        (_uncopied, _rounds) = (0, _rounds + 1);
        _copy = Task.Run(CopyMeanwhile);
    }

    private void CopyMeanwhile()
    {
        try
        {
            Copier.CopyLogToFile();
            Copier.FlushFile();
        }
        catch (SqliteFault)
        {
            // The copy of the rest meets it again.
        }
    }

    private void CopyRest()
    {
        if (!writer.TryBeginWrite())
            return;
        try
        {
            Copier.CopyLogToFile();
            (_pages, _uncopied, _rounds, _copy) = (0, 0, 0, null);
        }
        finally
        {
            writer.Abandon();
        }
    }

    private Database OpenCopier()
    {
        var copier = Database.Open(path);
        copier.Execute("PRAGMA wal_autocheckpoint=0");
        copier.Execute("PRAGMA synchronous=NORMAL");
        return copier;
    }
}
