using System.Buffers.Binary;
using System.Text;

namespace LicenseFunctions.Storage.Sqlite;

/// <summary>
/// The properties of a row as bytes. First the format's version, then the count, then for each property its name, a tag
/// and the value; lengths and the count are base-128 numbers, numbers are eight bytes, little-endian.
/// </summary>
internal static class RowEncoder
{
    public const byte Version = 1;

    /// <summary>Strict: half a surrogate pair would not come back as it was, so it is an <see cref="ArgumentException"/>.</summary>
    public static UTF8Encoding Utf8 { get; } = new(false, throwOnInvalidBytes: true);

    public static byte[] Encode(RowValues values)
    {
        var bytes = new byte[Measure(values)];
        bytes[0] = Version;
        var at = 1 + WriteLength(bytes.AsSpan(1), values.Count);
        foreach (var (name, value) in values.AsSpan())
        {
            at += WriteText(bytes.AsSpan(at), name);
            at += WriteValue(bytes.AsSpan(at), value);
        }

        return bytes;
    }

    private static int Measure(RowValues values)
    {
        var size = 1 + LengthSize(values.Count);
        foreach (var (name, value) in values.AsSpan())
        {
            size += TextSize(name) + 1 + value.Kind switch
            {
                RowValueKind.Text => TextSize(value.AsText()!),
                RowValueKind.Binary => LengthSize(value.AsBinary()!.Length) + value.AsBinary()!.Length,
                RowValueKind.Number => sizeof(long),
                _ => 0,
            };
        }

        return size;
    }

    private static int WriteValue(Span<byte> to, RowValue value)
    {
        to[0] = (byte)Tag(value);
        var rest = to[1..];
        switch (value.Kind)
        {
            case RowValueKind.Text:
                return 1 + WriteText(rest, value.AsText()!);
            case RowValueKind.Binary:
                var binary = value.AsBinary()!;
                var length = WriteLength(rest, binary.Length);
                binary.CopyTo(rest[length..]);
                return 1 + length + binary.Length;
            case RowValueKind.Number:
                BinaryPrimitives.WriteInt64LittleEndian(rest, value.AsNumber()!.Value);
                return 1 + sizeof(long);
            default:
                return 1;
        }
    }

    private static RowTag Tag(RowValue value) => value.Kind switch
    {
        RowValueKind.Text => RowTag.Text,
        RowValueKind.Binary => RowTag.Binary,
        RowValueKind.Number => RowTag.Number,
        RowValueKind.Boolean => value.AsBoolean()!.Value ? RowTag.True : RowTag.False,
        RowValueKind.None => throw new ArgumentException("A row does not hold an absent value."),
    };

    private static int TextSize(string text)
    {
        var bytes = Utf8.GetByteCount(text);
        return LengthSize(bytes) + bytes;
    }

    private static int WriteText(Span<byte> to, string text)
    {
        var length = WriteLength(to, Utf8.GetByteCount(text));
        return length + Utf8.GetBytes(text, to[length..]);
    }

    private static int LengthSize(int value) => value < 0x80 ? 1 : 1 + LengthSize(value >> 7);

    private static int WriteLength(Span<byte> to, int value)
    {
        var at = 0;
        for (; value >= 0x80; value >>= 7)
            to[at++] = (byte)(value | 0x80);
        to[at++] = (byte)value;
        return at;
    }
}
