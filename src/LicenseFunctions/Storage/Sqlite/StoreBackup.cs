using SQLitePCL;

namespace LicenseFunctions.Storage.Sqlite;

/// <summary>
/// Copies the embedded store to another file while servers use it: the copy is the store at one instant. One read
/// transaction on a connection of its own holds that instant, so writers never wait; until it ends the log is not reset
/// and grows by what is written meanwhile. It copies nothing into the file itself: see <see cref="LogSize"/>.
/// </summary>
public static class StoreBackup
{
    private const int PagesInStep = 2048;

    /// <summary>Writes the copy.</summary>
    /// <param name="store">The file of the store.</param>
    /// <param name="to">An empty file, which becomes a store.</param>
    /// <param name="progress">Told of the pages copied and of all.</param>
    /// <param name="cancel">Ends it; the file is worth nothing then.</param>
    /// <exception cref="StorageUnavailableException">One of the files cannot be read or written.</exception>
    public static Task WriteAsync(string store, string to, Action<int, int>? progress, CancellationToken cancel) => Task.Run(
        () =>
        {
            try
            {
                Copy(store, to, progress, cancel);
                Check(to);
            }
            catch (SqliteFault fault)
            {
                throw fault.ToUnavailable();
            }
        },
        cancel);

    private static void Copy(string store, string to, Action<int, int>? progress, CancellationToken cancel)
    {
        using var source = Database.Open(store);
        source.Execute("PRAGMA wal_autocheckpoint=0");
        using var copy = Database.Open(to);
        // Whoever gives up half-way throws the file away, so there is nothing to roll back; it is flushed at the end.
        copy.Execute("PRAGMA journal_mode=OFF");
        copy.Execute("PRAGMA synchronous=OFF");
        BeginAtOneInstant(source, cancel);
        source.CopyTo(copy, PagesInStep, (left, all) =>
        {
            progress?.Invoke(all - left, all);
            cancel.ThrowIfCancellationRequested();
        });
        source.Abandon();
    }

    /// <summary>The first read takes the snapshot; another process may just be opening or closing the file.</summary>
    private static void BeginAtOneInstant(Database source, CancellationToken cancel)
    {
        while (true)
        {
            try
            {
                source.Begin();
                source.ReadNumber("SELECT count(*) FROM sqlite_schema");
                return;
            }
            catch (SqliteFault fault) when (fault.IsBusy)
            {
                source.Abandon();
                cancel.ThrowIfCancellationRequested();
                Pause.Briefly();
            }
        }
    }

    /// <summary>Reads the copy as a store would, once and whole.</summary>
    private static void Check(string to)
    {
        using var copy = Database.Open(to);
        if (copy.ReadText("PRAGMA quick_check(1)") != "ok")
            throw new SqliteFault(raw.SQLITE_CORRUPT, "the copy is not whole");
    }
}
