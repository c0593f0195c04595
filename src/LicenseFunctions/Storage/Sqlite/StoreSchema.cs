using SQLitePCL;

namespace LicenseFunctions.Storage.Sqlite;

/// <summary>What the file holds: a table for each of <see cref="TableNames"/>, and a mark by which it is known as ours.</summary>
internal static class StoreSchema
{
    /// <summary>
    /// Rises with <see cref="RowSchema.Newest"/>, so that an older program does not open the file, and with the tables
    /// themselves: 2 has a journal, which a program of version 1 would not read, and 3 has it in pages.
    /// </summary>
    public const int Version = 3;

    /// <summary>The version with a journal of rows.</summary>
    private const int WithJournalOfRows = 2;

    /// <summary>So many bytes of the log stay on the disk to be written again, which costs less than to cut it and let it grow.</summary>
    public const long MostOfLogKept = 40L * 1024 * 1024;

    /// <summary>"LicF", in the header of the file.</summary>
    private const long ApplicationId = 0x4C696346;

    /// <summary>Sets up the connection, and the file when it is new. May throw a fault that is busy: then try again.</summary>
    public static void Prepare(Database database, string path)
    {
        var isNew = CheckOwner(database, path);
        database.Execute("PRAGMA mmap_size=0");
        if (!isNew && IsOld(database))
            LeaveNobodyBehind(database);
        if (!database.ReadText("PRAGMA journal_mode=WAL").Equals("wal", StringComparison.Ordinal))
            throw new StoreCannotOpenException($"The file system of {path} lacks shared memory; set Storage__Path to a local disk.");
        // Our own checkpoints replace SQLite's (see LogSize); a log that was large once gives its space back.
        database.Execute("PRAGMA wal_autocheckpoint=0");
        database.Execute($"PRAGMA journal_size_limit={MostOfLogKept}");
        database.Execute("PRAGMA cache_size=-32768");
        database.Execute("PRAGMA temp_store=MEMORY");
        database.SetDurable(true);
        if (isNew)
            InWrite(database, () => CreateUnlessDone(database, path));
        else if (IsOld(database))
            InWrite(database, () => UpgradeUnlessDone(database));
    }

    private static bool IsOld(Database database) => OwnVersion(database) < Version;

    private static long OwnVersion(Database database) => database.ReadNumber("PRAGMA user_version");

    /// <summary>
    /// A program of an older version that has the file open would go on as if nothing had changed. Leaving the write-ahead
    /// log is what SQLite does only for the sole connection; else it is busy.
    /// </summary>
    private static void LeaveNobodyBehind(Database database)
    {
        if (!database.ReadText("PRAGMA journal_mode=DELETE").Equals("delete", StringComparison.Ordinal))
            throw new SqliteFault(raw.SQLITE_BUSY, "another process has the file open");
    }

    /// <summary>True when the file is empty; throws when it is not ours to use. Looks at one state of the file.</summary>
    private static bool CheckOwner(Database database, string path)
    {
        database.Begin();
        try
        {
            return CheckOwnerNow(database, path);
        }
        finally
        {
            database.Abandon();
        }
    }

    private static bool CheckOwnerNow(Database database, string path)
    {
        var tables = database.ReadNumber("SELECT count(*) FROM sqlite_schema");
        var owner = database.ReadNumber("PRAGMA application_id");
        var version = OwnVersion(database);
        if (owner == 0 && version == 0 && tables == 0)
            return true;
        if (owner != ApplicationId)
            throw new StoreCannotOpenException($"{path} belongs to another application; set Storage__Path to another file.");
        if (version > Version)
        {
            throw new StoreCannotOpenException(
                $"{path} was written by a newer version of this program (schema {version}, this one knows {Version}); update this program.");
        }

        return false;
    }

    private static void InWrite(Database database, Action write)
    {
        if (!database.TryBeginWrite())
            throw new SqliteFault(raw.SQLITE_BUSY, "another process is preparing the file");
        try
        {
            write();
            database.Commit();
        }
        finally
        {
            database.Abandon();
        }
    }

    /// <summary>Another process may have created the tables since we looked.</summary>
    private static void CreateUnlessDone(Database database, string path)
    {
        if (CheckOwnerNow(database, path))
            CreateTables(database);
    }

    private static void CreateTables(Database database)
    {
        // The row lies in the tree of its key: a point read is one descent. BINARY collation compares bytes; see KeyText.
        foreach (var table in TableNames.All)
        {
            database.Execute(
                $"CREATE TABLE {table}(pk TEXT NOT NULL, rk TEXT NOT NULL, version INTEGER NOT NULL, data BLOB NOT NULL, PRIMARY KEY(pk, rk)) WITHOUT ROWID, STRICT");
        }

        database.Execute("CREATE TABLE meta(name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID, STRICT");
        database.Execute("INSERT INTO meta(name, value) VALUES ('next_version', 1)");
        JournalPages.Create(database, 0);
        database.Execute($"PRAGMA application_id={ApplicationId}");
        database.Execute($"PRAGMA user_version={Version}");
    }

    /// <summary>Another process may have upgraded the file since we looked.</summary>
    private static void UpgradeUnlessDone(Database database)
    {
        if (!IsOld(database))
            return;
        JournalPages.Create(database, OwnVersion(database) == WithJournalOfRows ? ApplyJournalOfRows(database) : 0);
        database.Execute($"PRAGMA user_version={Version}");
    }

    /// <summary>Writes what it holds to the tables, and answers its last number.</summary>
    private static long ApplyJournalOfRows(Database database)
    {
        var (overlay, last) = (new Overlay(), database.ReadNumber("SELECT value FROM meta WHERE name = 'journal_applied'"));
        using (var entries = database.Prepare("SELECT seq, changes FROM journal ORDER BY seq"))
        {
            while (entries.Step())
                JournalEncoding.Read(entries.Bytes(1), last = entries.Number(0), overlay);
        }

        using (var tables = new RowTables(database))
            tables.Put(overlay.InOrder());

        database.Execute("DROP TABLE journal");
        return last;
    }
}
