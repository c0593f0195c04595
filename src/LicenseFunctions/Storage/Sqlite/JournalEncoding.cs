using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace LicenseFunctions.Storage.Sqlite;

/// <summary>
/// One row of the journal as bytes: the format's version, then for each change a mark, the table's name and the partition
/// unless they are those of the change before, the row key, the row's version and, unless it is 0, the row's data.
/// Lengths are base-128 numbers, versions eight bytes, little-endian.
/// </summary>
internal static class JournalEncoding
{
    private const byte Version = 1;
    private const byte OtherPartition = 1;
    private const byte SamePartition = 2;

    private static readonly byte[][] Tables = [.. TableNames.All.Select(Encoding.ASCII.GetBytes)];

    public static void Write(IReadOnlyList<OverlayRow> rows, ArrayBufferWriter<byte> to)
    {
        to.Write([Version]);
        OverlayRow? last = null;
        foreach (var row in rows)
        {
            var same = last is not null && last.Table == row.Table && last.Partition.AsSpan().SequenceEqual(row.Partition);
            to.Write([same ? SamePartition : OtherPartition]);
            if (!same)
            {
                WriteBytes(to, Tables[row.Table]);
                WriteBytes(to, row.Partition);
            }

            WriteBytes(to, row.Key);
            BinaryPrimitives.WriteInt64LittleEndian(to.GetSpan(sizeof(long)), row.State.Version);
            to.Advance(sizeof(long));
            if (row.State.Version != 0)
                WriteBytes(to, row.State.Data);
            last = row;
        }
    }

    /// <exception cref="StorageUnavailableException">A newer version of the program wrote it, or it is damaged.</exception>
    public static void Read(ReadOnlySpan<byte> bytes, long sequence, Overlay overlay)
    {
        if (bytes.IsEmpty || bytes[0] != Version)
            throw new StorageUnavailableException("The store holds a journal of a newer version of this program; update this one.");
        try
        {
            ReadChanges(bytes[1..], sequence, overlay);
        }
        catch (Exception e) when (e is ArgumentException or IndexOutOfRangeException)
        {
            throw new StorageUnavailableException("The store's journal is damaged; restore a backup.", e);
        }
    }

    private static void ReadChanges(ReadOnlySpan<byte> rest, long sequence, Overlay overlay)
    {
        var (table, partition) = (-1, Array.Empty<byte>());
        while (!rest.IsEmpty)
        {
            var mark = rest[0];
            rest = rest[1..];
            if (mark == OtherPartition)
            {
                table = RowTables.IndexOf(Encoding.ASCII.GetString(ReadBytes(ref rest)));
                partition = ReadBytes(ref rest);
            }
            else if (mark != SamePartition || table < 0)
            {
                throw new ArgumentException("There is no such mark.");
            }

            var key = ReadBytes(ref rest);
            var version = BinaryPrimitives.ReadInt64LittleEndian(rest);
            rest = rest[sizeof(long)..];
            overlay.Keep(table, partition, key, version, version == 0 ? [] : ReadBytes(ref rest), sequence);
        }
    }

    private static void WriteBytes(ArrayBufferWriter<byte> to, byte[] bytes)
    {
        var left = bytes.Length;
        for (; left >= 0x80; left >>= 7)
            to.Write([(byte)(left | 0x80)]);
        to.Write([(byte)left]);
        to.Write(bytes);
    }

    private static byte[] ReadBytes(ref ReadOnlySpan<byte> rest)
    {
        var length = 0;
        for (var shift = 0; ; shift += 7)
        {
            int b = rest[0];
            rest = rest[1..];
            length |= (b & 0x7F) << shift;
            if (b < 0x80)
                break;
        }

        var bytes = rest[..length].ToArray();
        rest = rest[length..];
        return bytes;
    }
}
