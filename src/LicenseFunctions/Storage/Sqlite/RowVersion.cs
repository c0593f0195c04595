using System.Globalization;

namespace LicenseFunctions.Storage.Sqlite;

/// <summary>
/// Hands out row versions, each number once in the life of a file, whichever process asks: so a row's ETag differs after
/// every write, also across a delete, and is known before the row is written. Blocks of numbers are taken from the file
/// in the transaction that first uses them.
/// </summary>
internal sealed class RowVersion(Database database) : IDisposable
{
    /// <summary>Stands for whatever version a row has; no row has this one.</summary>
    public const long Any = 0;

    private const long Block = 1 << 20;
    private readonly Statement _take = database.Prepare(
        $"UPDATE meta SET value = value + {Block} WHERE name = 'next_version' RETURNING value");

    private long _next;
    private long _end;

    public static string ToETag(long version) => version.ToString(CultureInfo.InvariantCulture);

    /// <summary>A version that no row has for a text that is not one of our ETags.</summary>
    public static long FromETag(string etag) =>
        etag == RowChange.AnyETag ? Any
        : long.TryParse(etag, NumberStyles.None, CultureInfo.InvariantCulture, out var version) && version != Any ? version
        : -1;

    /// <summary>Call inside a write transaction.</summary>
    public long Next()
    {
        if (_next == _end)
        {
            _end = _take.ReadNumber() ?? throw new InvalidOperationException("The store has lost its next_version.");
            _next = _end - Block;
        }

        return _next++;
    }

    /// <summary>The transaction was undone, and with it perhaps the taking of a block.</summary>
    public void Forget() => _next = _end = 0;

    public void Dispose() => _take.Dispose();
}
