using System.Buffers.Binary;

namespace LicenseFunctions.Storage.Sqlite;

/// <summary>Reads what <see cref="RowEncoder"/> wrote.</summary>
internal ref struct RowDecoder
{
    private ReadOnlySpan<byte> _rest;

    private RowDecoder(ReadOnlySpan<byte> bytes) => _rest = bytes;

    /// <exception cref="StorageUnavailableException">A newer version of the program wrote the row, or it is damaged.</exception>
    public static RowValues Decode(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty || bytes[0] != RowEncoder.Version)
            throw new StorageUnavailableException("The store holds a row of a newer version of this program; update this one.");
        try
        {
            return new RowDecoder(bytes[1..]).ReadValues();
        }
        catch (Exception e) when (e is ArgumentException or IndexOutOfRangeException)
        {
            throw new StorageUnavailableException("The store holds a damaged row; restore a backup.", e);
        }
    }

    private RowValues ReadValues()
    {
        var count = ReadLength();
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, RowLimits.Properties);
        var values = new RowValues(count);
        for (var i = 0; i < count; i++)
        {
            var name = PropertyNames.Get(Take(ReadLength()));
            values[name] = ReadValue();
        }

        return values;
    }

    private RowValue ReadValue() => (RowTag)Take(1)[0] switch
    {
        RowTag.Text => RowEncoder.Utf8.GetString(Take(ReadLength())),
        RowTag.Number => BinaryPrimitives.ReadInt64LittleEndian(Take(sizeof(long))),
        RowTag.False => false,
        RowTag.True => true,
        RowTag.Binary => Take(ReadLength()).ToArray(),
        _ => throw new ArgumentException("There is no such tag."),
    };

    private int ReadLength()
    {
        var value = 0;
        for (var shift = 0; ; shift += 7)
        {
            int b = Take(1)[0];
            value |= (b & 0x7F) << shift;
            if (b < 0x80)
                return value;
        }
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        var taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }
}
