using System.Buffers;
using System.Buffers.Binary;

namespace LicenseFunctions.Storage.Sqlite;

/// <summary>
/// The journal in the file: a ring of blobs, each of which fills a page of the file. An entry (what one transaction
/// appends) takes the next pages, numbered on and on; a number is not used twice, and a page is known to be current by its
/// number. So an entry changes these pages alone: none is taken from SQLite's list of free ones, given back or linked.
/// </summary>
internal sealed class JournalPages(Database database) : IDisposable
{
    /// <summary>The ring is as large as it was ever needed, at most 8 MB: it begins anew whenever it is empty.</summary>
    public const int Slots = 2048;

    /// <summary>With its row's head, what SQLite keeps of a row on its page of 4,096 bytes, and too much for two to share one.</summary>
    private const int PageBytes = 4040;

    private const int HeadBytes = sizeof(ushort);
    private const int Content = PageBytes - HeadBytes;
    private const ushort GoesOn = 0x8000;

    private readonly Statement _mark = database.Prepare("SELECT value FROM meta WHERE name = ?1");
    private readonly Statement _setMark = database.Prepare("UPDATE meta SET value = ?2 WHERE name = ?1");
    private readonly Statement _read = database.Prepare("SELECT page FROM journal WHERE slot = ?1 AND seq = ?2");
    private readonly Statement _write = database.Prepare("UPDATE journal SET seq = ?2, page = ?3 WHERE slot = ?1");
    private readonly Statement _add = database.Prepare("INSERT INTO journal(slot, seq, page) VALUES (?1, ?2, ?3)");
    private readonly byte[] _page = new byte[PageBytes];
    private long _origin;

    public static void Create(Database database, long applied)
    {
        database.Execute("CREATE TABLE journal(slot INTEGER PRIMARY KEY, seq INTEGER NOT NULL, page BLOB NOT NULL) STRICT");
        database.Execute($"REPLACE INTO meta(name, value) VALUES ('journal_applied', {applied}), ('journal_origin', {applied})");
    }

    /// <summary>Reads the two numbers that the file keeps: see <see cref="Mark"/>.</summary>
    /// <returns>The number up to which everything is in the tables.</returns>
    public long Follow()
    {
        _origin = ReadMark("journal_origin"u8);
        return ReadMark("journal_applied"u8);
    }

    /// <summary>Notes the number up to which everything is in the tables; with nothing after it the ring begins anew.</summary>
    public void Mark(long applied, long last)
    {
        WriteMark("journal_applied"u8, applied);
        if (applied == last)
            WriteMark("journal_origin"u8, _origin = applied);
    }

    public static int Count(int bytes) => (bytes + Content - 1) / Content;

    /// <summary>Writes an entry to the pages after that number.</summary>
    public void Write(ReadOnlySpan<byte> entry, long after)
    {
        while (!entry.IsEmpty)
        {
            var part = entry[..Math.Min(entry.Length, Content)];
            entry = entry[part.Length..];
            BinaryPrimitives.WriteUInt16LittleEndian(_page, (ushort)(part.Length | (entry.IsEmpty ? 0 : GoesOn)));
            part.CopyTo(_page.AsSpan(HeadBytes));
            // What is left of an older entry is not read; blobs of one length change in place.
            if (!TryPut(_write, ++after))
                TryPut(_add, after);
        }
    }

    /// <summary>Reads the entry that begins after that number; false when there is none. The last page's number otherwise.</summary>
    public bool TryRead(ref long number, ArrayBufferWriter<byte> entry)
    {
        entry.ResetWrittenCount();
        for (var goesOn = true; goesOn; number++)
        {
            _read.BindNumber(1, Slot(number + 1));
            _read.BindNumber(2, number + 1);
            if (!_read.Step())
                return entry.WrittenCount == 0 ? false : throw Damaged(new InvalidDataException("An entry has no end."));
            try
            {
                goesOn = ReadPage(_read.Bytes(0), entry);
            }
            finally
            {
                _read.Reset();
            }
        }

        return true;
    }

    public void Dispose()
    {
        foreach (var statement in (ReadOnlySpan<Statement>)[_mark, _setMark, _read, _write, _add])
            statement.Dispose();
    }

    public static StorageUnavailableException Damaged(Exception cause) =>
        new("The store's journal is damaged; restore a backup.", cause);

    private static bool ReadPage(ReadOnlySpan<byte> page, ArrayBufferWriter<byte> entry)
    {
        var head = page.Length < HeadBytes ? 0 : BinaryPrimitives.ReadUInt16LittleEndian(page);
        var length = head & ~GoesOn;
        if (length == 0 || length > page.Length - HeadBytes)
            throw Damaged(new InvalidDataException("A page has no length that fits it."));
        entry.Write(page.Slice(HeadBytes, length));
        return (head & GoesOn) != 0;
    }

    private bool TryPut(Statement statement, long number)
    {
        statement.BindNumber(1, Slot(number));
        statement.BindNumber(2, number);
        statement.BindBlob(3, _page);
        statement.Run();
        return statement.Changes > 0;
    }

    private long Slot(long number) => (number - _origin) % Slots;

    private long ReadMark(ReadOnlySpan<byte> name)
    {
        _mark.BindText(1, name);
        return _mark.ReadNumber() ?? throw new InvalidOperationException("The store has lost a mark of its journal.");
    }

    private void WriteMark(ReadOnlySpan<byte> name, long value)
    {
        _setMark.BindText(1, name);
        _setMark.BindNumber(2, value);
        _setMark.Run();
    }
}
