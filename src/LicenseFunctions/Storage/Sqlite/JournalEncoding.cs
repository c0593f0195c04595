using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace LicenseFunctions.Storage.Sqlite;

/// <summary>
/// One entry of the journal as bytes: the format's version, then for each change a mark, the table's name and the partition
/// unless they are those of the change before, the row key, the row's version and, unless that is 0, the length of the row's
/// data and the data. Keys and numbers are packed (<see cref="Packing"/>); in version 1, which was a row of a table, keys are
/// their length and themselves, and versions eight bytes, little-endian.
/// </summary>
internal static class JournalEncoding
{
    private const byte Version = 2;
    private const byte Unpacked = 1;
    private const byte OtherTable = 1;
    private const byte SamePartition = 2;
    private const byte OtherPartition = 3;

    private static readonly byte[][] Tables = [.. TableNames.All.Select(Encoding.ASCII.GetBytes)];

    public static void Write(IReadOnlyList<OverlayRow> rows, ArrayBufferWriter<byte> to)
    {
        to.Write([Version]);
        OverlayRow? last = null;
        for (var i = 0; i < rows.Count; i++)
        {
            var row = rows[i];
            var table = Tables[row.Table];
            var most = 1 + (5 * Packing.NumberBytes) + table.Length + row.Partition.Length + row.Key.Length + row.State.Data.Length;
            to.Advance(Write(row, last, table, to.GetSpan(most)));
            last = row;
        }
    }

    /// <exception cref="StorageUnavailableException">A newer version of the program wrote it, or it is damaged.</exception>
    public static void Read(ReadOnlySpan<byte> bytes, long sequence, Overlay overlay)
    {
        if (bytes.IsEmpty || bytes[0] is not (Version or Unpacked))
            throw new StorageUnavailableException("The store holds a journal of a newer version of this program; update this one.");
        try
        {
            ReadChanges(bytes[1..], bytes[0] == Version, sequence, overlay);
        }
        catch (Exception e) when (e is ArgumentException or IndexOutOfRangeException)
        {
            throw JournalPages.Damaged(e);
        }
    }

    private static int Write(OverlayRow row, OverlayRow? last, byte[] table, Span<byte> to)
    {
        var sameTable = last is not null && last.Table == row.Table;
        var samePartition = sameTable && last!.Partition.AsSpan().SequenceEqual(row.Partition);
        to[0] = samePartition ? SamePartition : sameTable ? OtherPartition : OtherTable;
        var at = 1;
        if (!sameTable)
            at += Packing.WriteText(to[at..], table);
        if (!samePartition)
            at += Packing.WriteText(to[at..], row.Partition);
        at += Packing.WriteText(to[at..], row.Key);
        at += Packing.WriteNumber(to[at..], (ulong)row.State.Version);
        if (row.State.Version == 0)
            return at;
        at += Packing.WriteNumber(to[at..], (ulong)row.State.Data.Length);
        row.State.Data.CopyTo(to[at..]);
        return at + row.State.Data.Length;
    }

    private static void ReadChanges(ReadOnlySpan<byte> rest, bool isPacked, long sequence, Overlay overlay)
    {
        var (table, partition) = (-1, Array.Empty<byte>());
        while (!rest.IsEmpty)
        {
            var mark = Packing.Take(ref rest, 1)[0];
            if (mark == OtherTable)
                table = RowTables.IndexOf(Encoding.ASCII.GetString(ReadText(ref rest, isPacked)));
            else if (mark is not (SamePartition or OtherPartition) || table < 0)
                throw new ArgumentException("There is no such mark.");
            if (mark != SamePartition)
                partition = ReadText(ref rest, isPacked);
            var key = ReadText(ref rest, isPacked);
            var version = isPacked
                ? (long)Packing.ReadNumber(ref rest)
                : BinaryPrimitives.ReadInt64LittleEndian(Packing.Take(ref rest, sizeof(long)));
            overlay.Keep(table, partition, key, version, version == 0 ? [] : ReadBytes(ref rest), sequence);
        }
    }

    private static byte[] ReadText(ref ReadOnlySpan<byte> rest, bool isPacked) => isPacked ? Packing.ReadText(ref rest) : ReadBytes(ref rest);

    private static byte[] ReadBytes(ref ReadOnlySpan<byte> rest) => Packing.Take(ref rest, Packing.ReadLength(ref rest)).ToArray();
}
