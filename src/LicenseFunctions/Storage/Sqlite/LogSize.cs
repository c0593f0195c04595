using Microsoft.Win32.SafeHandles;

namespace LicenseFunctions.Storage.Sqlite;

/// <summary>
/// Keeps the write-ahead log small. SQLite's own checkpoints are off: before 3.51.3 one that meets another process's
/// commit at the wrong instant can lose pages (sqlite.org/wal.html, "The WAL-Reset Bug"). Ours runs on a second connection
/// while the first holds the write lock, so nobody can commit or reset the log meanwhile.
/// </summary>
internal sealed class LogSize(Database writer, string path) : IDisposable
{
    /// <summary>About 24 MB of pages: each copy waits for the disk twice, and nobody is answered meanwhile.</summary>
    private const int PagesBetweenCopies = 6000;

    /// <summary>The pages that may come to the log while it is flushed; above that it is copied all the same.</summary>
    private const int PagesWhileFlushed = 2000;

    /// <summary>Above this some reader kept the log from being reset, or another process wrote it: copy at every chance.</summary>
    private const long LargeFile = StoreSchema.MostOfLogKept;

    private const int CommitsBetweenLooks = 256;

    private readonly FileInfo _log = new(path + "-wal");
    private Database? _copier;
    private SafeFileHandle? _handle;
    private Task? _flush;
    private int _pages;
    private int _commits;

    /// <summary>Call when nobody waits for an answer.</summary>
    public void KeepSmall()
    {
        _pages += writer.TakePagesWritten();
        if (_pages >= PagesBetweenCopies + PagesWhileFlushed
            || (_pages >= PagesBetweenCopies && IsFlushed())
            || (++_commits >= CommitsBetweenLooks && IsLarge()))
            Copy();
    }

    public void Dispose()
    {
        _flush?.Wait();
        _handle?.Dispose();
        _copier?.Dispose();
    }

    /// <summary>
    /// Lets the disk have what is in the log before it is copied, so that the copy, for which everybody waits, waits for what has
    /// come since alone. True once that is done.
    /// </summary>
    private bool IsFlushed()
    {
        _flush ??= Task.Run(Flush);
        return _flush.IsCompleted;
    }

    private void Flush()
    {
        try
        {
            // SQLite locks the file itself and its index, never the log: closing this handle drops no lock.
            _handle ??= File.OpenHandle(_log.FullName, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
            RandomAccess.FlushToDisk(_handle);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The copy waits for the disk itself, and says what is wrong with it.
        }
    }

    private bool IsLarge()
    {
        _commits = 0;
        _log.Refresh();
        return _log.Exists && _log.Length > LargeFile;
    }

    private void Copy()
    {
        if (!writer.TryBeginWrite())
            return;
        try
        {
            _copier ??= OpenCopier();
            _copier.CopyLogToFile();
            _pages = 0;
            if (_flush?.IsCompleted == true)
                _flush = null;
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
