using System.Runtime.InteropServices;

namespace LicenseFunctions.Storage.Sqlite;

/// <summary>
/// The few calls that every row takes, and one that the package's own classes lack, straight into the library that the package brings: through its safe handles each
/// would take and release one, which costs more than the call. The caller keeps the handle alive. What only stores or
/// fetches a value returns at once, so the runtime need not learn of it; a step may wait for the disk and does tell.
/// </summary>
internal static partial class NativeSqlite
{
    /// <summary>SQLite copies what it is given.</summary>
    public const nint Transient = -1;

    private const string Library = "e_sqlite3";

    [LibraryImport(Library, EntryPoint = "sqlite3_bind_text")]
    [SuppressGCTransition]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    public static partial int BindText(nint statement, int index, ref readonly byte text, int length, nint owner);

    [LibraryImport(Library, EntryPoint = "sqlite3_bind_blob")]
    [SuppressGCTransition]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    public static partial int BindBlob(nint statement, int index, ref readonly byte bytes, int length, nint owner);

    [LibraryImport(Library, EntryPoint = "sqlite3_bind_int64")]
    [SuppressGCTransition]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    public static partial int BindNumber(nint statement, int index, long number);

    [LibraryImport(Library, EntryPoint = "sqlite3_step")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    public static partial int Step(nint statement);

    [LibraryImport(Library, EntryPoint = "sqlite3_reset")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    public static partial int Reset(nint statement);

    [LibraryImport(Library, EntryPoint = "sqlite3_column_int64")]
    [SuppressGCTransition]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    public static partial long ColumnNumber(nint statement, int column);

    [LibraryImport(Library, EntryPoint = "sqlite3_column_blob")]
    [SuppressGCTransition]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    public static partial nint ColumnBytes(nint statement, int column);

    [LibraryImport(Library, EntryPoint = "sqlite3_column_bytes")]
    [SuppressGCTransition]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    public static partial int ColumnLength(nint statement, int column);

    [LibraryImport(Library, EntryPoint = "sqlite3_changes")]
    [SuppressGCTransition]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    public static partial int Changes(nint connection);

    /// <summary>Waits until the disk has what was written to the file; an SQLite result code.</summary>
    /// <remarks>
    /// Through the handle that SQLite has: whoever closes another one of the same file drops all locks that this process has on
    /// it. Where that handle's <c>xSync</c> stands is part of SQLite's interface (<c>sqlite3_io_methods</c>, the version first).
    /// </remarks>
    public static unsafe int SyncFile(nint connection)
    {
        const int filePointer = 7, syncNormal = 2, placeOfSync = 5;
        nint file = 0;
        if (FileControl(connection, 0, filePointer, &file) is var code and not 0)
            return code;
        var methods = *(nint**)file;
        return ((delegate* unmanaged[Cdecl]<nint, int, int>)methods[placeOfSync])(file, syncNormal);
    }

    [LibraryImport(Library, EntryPoint = "sqlite3_file_control")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    private static unsafe partial int FileControl(nint connection, nint ofMain, int operation, void* answer);
}
