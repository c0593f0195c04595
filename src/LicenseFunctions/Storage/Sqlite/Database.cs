using SQLitePCL;

namespace LicenseFunctions.Storage.Sqlite;

/// <summary>One connection to the file and its transactions. Not safe for concurrent use.</summary>
internal sealed class Database : IDisposable
{
    private readonly sqlite3 _connection;
    private readonly Statement _begin;
    private readonly Statement _beginWrite;
    private readonly Statement _commit;
    private readonly Statement _rollback;
    private bool? _full;

    static Database() => Batteries_V2.Init();

    private Database(sqlite3 connection)
    {
        _connection = connection;
        raw.sqlite3_extended_result_codes(connection, 1);
        _begin = Prepare("BEGIN");
        _beginWrite = Prepare("BEGIN IMMEDIATE");
        _commit = Prepare("COMMIT");
        _rollback = Prepare("ROLLBACK");
    }

    public bool InTransaction => raw.sqlite3_get_autocommit(_connection) == 0;

    /// <summary>How many pages this connection has put into the write-ahead log since the last call.</summary>
    public int TakePagesWritten()
    {
        raw.sqlite3_db_status(_connection, raw.SQLITE_DBSTATUS_CACHE_WRITE, out var pages, out _, resetFlg: 1);
        return pages;
    }

    public static Database Open(string path)
    {
        // One thread uses a connection at a time, so SQLite's own mutexes would only cost.
        const int flags = raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_CREATE | raw.SQLITE_OPEN_NOMUTEX;
        var code = raw.sqlite3_open_v2(path, out var connection, flags, null);
        if (code == raw.SQLITE_OK)
            return new Database(connection);
        connection?.Dispose();
        throw new SqliteFault(code, "the file cannot be opened");
    }

    public Statement Prepare(string sql) => new(_connection, sql);

    public void Execute(string sql)
    {
        using var statement = Prepare(sql);
        while (statement.Step())
        {
            // Some pragmas answer with rows that nobody needs.
        }
    }

    public long ReadNumber(string sql)
    {
        using var statement = Prepare(sql);
        return statement.ReadNumber() ?? 0;
    }

    public string ReadText(string sql)
    {
        using var statement = Prepare(sql);
        return statement.Step() ? KeyText.Decode(statement.Bytes(0)) : "";
    }

    public void Begin() => _begin.Run();

    /// <summary>Takes the file's write lock; false when another connection has it.</summary>
    public bool TryBeginWrite()
    {
        var code = _beginWrite.TryStep();
        if (SqliteFault.IsBusyCode(code))
            return false;
        if (code != raw.SQLITE_DONE)
            throw new SqliteFault(code, raw.sqlite3_errmsg(_connection).utf8_to_string());
        return true;
    }

    public void Commit() => _commit.Run();

    /// <summary>Ends a transaction that failed, if SQLite has not ended it already.</summary>
    public void Abandon()
    {
        if (InTransaction)
            _rollback.TryStep();
    }

    /// <summary>
    /// Whether the coming commits wait for the disk. SQLite takes this pragma when it is compiled and only outside of a
    /// transaction, so it cannot be kept as a prepared statement; compiling it costs less than a row.
    /// </summary>
    public void SetDurable(bool durable)
    {
        if (_full == durable)
            return;
        Execute(durable ? "PRAGMA synchronous=FULL" : "PRAGMA synchronous=NORMAL");
        _full = durable;
    }

    /// <summary>
    /// Copies the log into the file as far as readers allow. Only where nobody has written meanwhile does it wait for the disk to
    /// have the file too, and may the log begin anew.
    /// </summary>
    public void CopyLogToFile() =>
        raw.sqlite3_wal_checkpoint_v2(_connection, "main", raw.SQLITE_CHECKPOINT_PASSIVE, out _, out _);

    /// <summary>Waits until the disk has the file as it was written so far. A failure shows again when the log begins anew.</summary>
    public void FlushFile() => _ = NativeSqlite.SyncFile(_connection.DangerousGetHandle());

    /// <summary>Copies all pages into another file; told of the pages left and of all after each step.</summary>
    public void CopyTo(Database copy, int pagesInStep, Action<int, int> stepped)
    {
        using var backup = raw.sqlite3_backup_init(copy._connection, "main", _connection, "main")
            ?? throw new SqliteFault(raw.sqlite3_errcode(copy._connection), "the copy cannot be begun");
        int code;
        do
        {
            code = raw.sqlite3_backup_step(backup, pagesInStep);
            stepped(raw.sqlite3_backup_remaining(backup), raw.sqlite3_backup_pagecount(backup));
        }
        while (code == raw.SQLITE_OK);
        if (code != raw.SQLITE_DONE)
            throw new SqliteFault(code, "the copy cannot be written");
    }

    public void Dispose()
    {
        foreach (var statement in (ReadOnlySpan<Statement>)[_begin, _beginWrite, _commit, _rollback])
            statement.Dispose();
        _connection.Dispose();
    }
}
