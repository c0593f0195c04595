using System.Diagnostics;
using SQLitePCL;

namespace LicenseFunctions.Storage.Sqlite;

/// <summary>Opens the file, and says in one line what to do when it cannot.</summary>
internal static class StoreFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <exception cref="StoreCannotOpenException">With a message for the operator.</exception>
    public static SqliteSession Open(string path, TimeSpan patience, StorePace pace, CancellationToken cancel)
    {
        path = Path.GetFullPath(path);
        NetworkShare.Refuse(path);
        Create(path);
        try
        {
            return OpenWhenFree(path, patience, pace, cancel);
        }
        catch (SqliteFault fault)
        {
            throw new StoreCannotOpenException(Advice(fault, path), fault);
        }
    }

    private static void Create(string path)
    {
        try
        {
            var folder = Path.GetDirectoryName(path)!;
            if (OperatingSystem.IsWindows())
                Directory.CreateDirectory(folder);
            else
                Directory.CreateDirectory(folder, OwnerOnly | UnixFileMode.UserExecute);
            if (File.Exists(path) || Directory.Exists(path))
                return;
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
                options.UnixCreateMode = OwnerOnly; // SQLite gives its log the mode of the file.
            using var file = new FileStream(path, options);
        }
        catch (IOException) when (File.Exists(path))
        {
            // Another process was quicker.
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new StoreCannotOpenException(
                $"{path} cannot be created ({e.Message.TrimEnd('.')}); make its folder writable or set Storage__Path.", e);
        }
    }

    /// <summary>Several processes may open a new file at once; the tables are made by one of them.</summary>
    private static SqliteSession OpenWhenFree(string path, TimeSpan patience, StorePace pace, CancellationToken cancel)
    {
        for (var since = Stopwatch.GetTimestamp(); ; Pause.Briefly())
        {
            cancel.ThrowIfCancellationRequested();
            Database? database = null;
            try
            {
                database = Database.Open(path);
                StoreSchema.Prepare(database, path);
                return new SqliteSession(database, path, pace);
            }
            catch (Exception e)
            {
                database?.Dispose();
                if (e is not SqliteFault { IsBusy: true } || Stopwatch.GetElapsedTime(since) > patience)
                    throw;
            }
        }
    }

    private static string Advice(SqliteFault fault, string path) => fault.Code switch
    {
        raw.SQLITE_NOTADB => $"{path} is not a license store; set Storage__Path to another file.",
        raw.SQLITE_CORRUPT => $"{path} is damaged; restore a backup.",
        raw.SQLITE_FULL => $"{path} cannot be opened because the disk is full; make room.",
        raw.SQLITE_READONLY or raw.SQLITE_CANTOPEN or raw.SQLITE_PERM =>
            $"{path} cannot be written; make the file and its folder writable or set Storage__Path.",
        raw.SQLITE_BUSY or raw.SQLITE_PROTOCOL or raw.SQLITE_LOCKED =>
            $"{path} is locked by another process; stop that one first.",
        _ => $"{path} cannot be opened ({fault.Message}); check the disk.",
    };
}
