using System.Buffers.Binary;

namespace LicenseFunctions.Storage.Sqlite;

/// <summary>
/// Reads what <see cref="RowEncoder"/> wrote, also in version 1: there names and texts are their length and themselves, and
/// numbers are eight bytes, little-endian.
/// </summary>
internal ref struct RowDecoder
{
    private readonly bool _isPacked;
    private ReadOnlySpan<byte> _rest;

    private RowDecoder(ReadOnlySpan<byte> bytes, bool isPacked)
    {
        _isPacked = isPacked;
        _rest = bytes;
    }

    /// <exception cref="StorageUnavailableException">A newer version of the program wrote the row, or it is damaged.</exception>
    public static RowValues Decode(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty || bytes[0] is not (RowEncoder.Version or RowEncoder.Unpacked))
            throw new StorageUnavailableException("The store holds a row of a newer version of this program; update this one.");
        try
        {
            return new RowDecoder(bytes[1..], bytes[0] == RowEncoder.Version).ReadValues();
        }
        catch (Exception e) when (e is ArgumentException or IndexOutOfRangeException)
        {
            throw new StorageUnavailableException("The store holds a damaged row; restore a backup.", e);
        }
    }

    private RowValues ReadValues()
    {
        var count = Packing.ReadLength(ref _rest);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, RowLimits.Properties);
        var values = new RowValues(count);
        for (var i = 0; i < count; i++)
        {
            var name = ReadName();
            values.Append(name, ReadValue());
        }

        return values;
    }

    private string ReadName()
    {
        var head = Packing.ReadLength(ref _rest);
        if (!_isPacked)
            return PropertyNames.Get(Packing.Take(ref _rest, head));
        return (head & 1) == 0 ? PropertyNames.Get(Packing.Take(ref _rest, head >> 1)) : PropertyNames.Get(head >> 1);
    }

    private RowValue ReadValue() => (RowTag)Packing.Take(ref _rest, 1)[0] switch
    {
        RowTag.Text when _isPacked => Packing.ReadString(ref _rest),
        RowTag.Text => RowEncoder.Utf8.GetString(Packing.Take(ref _rest, Packing.ReadLength(ref _rest))),
        RowTag.Number when _isPacked => Packing.ReadSigned(ref _rest),
        RowTag.Number => BinaryPrimitives.ReadInt64LittleEndian(Packing.Take(ref _rest, sizeof(long))),
        RowTag.False => false,
        RowTag.True => true,
        RowTag.Binary => Packing.Take(ref _rest, Packing.ReadLength(ref _rest)).ToArray(),
        _ => throw new ArgumentException("There is no such tag."),
    };
}
