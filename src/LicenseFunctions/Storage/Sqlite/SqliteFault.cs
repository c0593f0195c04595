using SQLitePCL;

namespace LicenseFunctions.Storage.Sqlite;

/// <summary>A result code of SQLite that is not a success. Never leaves this folder.</summary>
internal sealed class SqliteFault(int code, string message) : Exception($"SQLite error {code}: {message}")
{
    /// <summary>The primary result code.</summary>
    public int Code { get; } = code & 0xFF;

    /// <summary>Another connection is in the way; the same step may be tried again.</summary>
    public bool IsBusy => IsBusyCode(Code);

    public static bool IsBusyCode(int code) => (code & 0xFF) is raw.SQLITE_BUSY or raw.SQLITE_PROTOCOL;

    /// <summary>What the callers of the port are told.</summary>
    public StorageUnavailableException ToUnavailable() => new(
        Code switch
        {
            raw.SQLITE_FULL => "The disk that holds the store is full.",
            raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB => "The store's file is damaged; restore a backup.",
            raw.SQLITE_READONLY => "The store's file cannot be written.",
            _ => "The store's file could not be read or written.",
        },
        this);
}
