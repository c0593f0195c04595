using System.Runtime.InteropServices;
using SQLitePCL;

namespace LicenseFunctions.Storage.Sqlite;

/// <summary>A prepared statement, used over and over by one thread: bind, step, read, reset.</summary>
internal sealed class Statement : IDisposable
{
    private readonly sqlite3 _connection;
    private readonly sqlite3_stmt _statement;
    private readonly nint _handle;

    public Statement(sqlite3 connection, string sql)
    {
        _connection = connection;
        var code = raw.sqlite3_prepare_v3(connection, sql, raw.SQLITE_PREPARE_PERSISTENT, out _statement);
        if (code != raw.SQLITE_OK)
            throw Fault(code);
        _handle = _statement.DangerousGetHandle();
    }

    /// <summary>How many rows the last statement that was stepped to its end has changed.</summary>
    public int Changes => NativeSqlite.Changes(_connection.DangerousGetHandle());

    public void BindText(int index, ReadOnlySpan<byte> utf8) => 
        Check(NativeSqlite.BindText(_handle, index, in MemoryMarshal.GetReference(utf8), utf8.Length, NativeSqlite.Transient));

    public void BindBlob(int index, ReadOnlySpan<byte> bytes) => 
        Check(NativeSqlite.BindBlob(_handle, index, in MemoryMarshal.GetReference(bytes), bytes.Length, NativeSqlite.Transient));

    public void BindNumber(int index, long number) => Check(NativeSqlite.BindNumber(_handle, index, number));

    /// <summary>True when there is a row to read. After an exception the statement is reset.</summary>
    public bool Step()
    {
        var code = TryStep();
        if (code is raw.SQLITE_ROW or raw.SQLITE_DONE)
            return code == raw.SQLITE_ROW;
        throw Fault(code);
    }

    /// <summary>The result code; the statement is reset when it is not a row.</summary>
    public int TryStep()
    {
        var code = NativeSqlite.Step(_handle);
        if (code == raw.SQLITE_ROW)
            return code;
        // The reset of a failed statement repeats the failure, with its extended code.
        var reset = NativeSqlite.Reset(_handle);
        return code == raw.SQLITE_DONE ? code : reset == raw.SQLITE_OK ? code : reset;
    }

    /// <summary>Steps once, for statements without rows.</summary>
    public void Run()
    {
        if (Step())
            Reset();
    }

    /// <summary>The first column of the only row, or null when there is no row.</summary>
    public long? ReadNumber()
    {
        if (!Step())
            return null;
        var number = Number(0);
        Reset();
        return number;
    }

    public long Number(int column) => NativeSqlite.ColumnNumber(_handle, column);

    /// <summary>The bytes of a blob or a text; valid until the next step or reset.</summary>
    public unsafe ReadOnlySpan<byte> Bytes(int column)
    {
        // In this order: fetching the bytes may change how they are encoded, and so how many they are.
        var bytes = NativeSqlite.ColumnBytes(_handle, column);
        return new((void*)bytes, NativeSqlite.ColumnLength(_handle, column));
    }

    /// <summary>Its code repeats what the last step said.</summary>
    public void Reset() => _ = NativeSqlite.Reset(_handle);

    public void Dispose() => _statement.Dispose();

    private void Check(int code)
    {
        if (code != raw.SQLITE_OK)
            throw Fault(code);
    }

    private SqliteFault Fault(int code) => new(code, raw.sqlite3_errmsg(_connection).utf8_to_string());
}
