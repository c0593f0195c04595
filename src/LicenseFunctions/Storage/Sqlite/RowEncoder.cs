using System.Buffers;
using System.Text;

namespace LicenseFunctions.Storage.Sqlite;

/// <summary>
/// The properties of a row as bytes. First the format's version, then the count, then for each property its name (twice its
/// length and the text, or one more than twice the number of a name in <see cref="PropertyNames"/>), a tag and the value;
/// numbers and texts are packed (<see cref="Packing"/>), binary is its length and itself.
/// </summary>
internal static class RowEncoder
{
    public const byte Version = 2;

    /// <summary>The version before, which files of an older program hold: see <see cref="RowDecoder"/>.</summary>
    public const byte Unpacked = 1;

    private const int OnStack = 1024;
    private const int BytesOfChar = 3;

    /// <summary>Strict: half a surrogate pair would not come back as it was, so it is an <see cref="ArgumentException"/>.</summary>
    public static UTF8Encoding Utf8 { get; } = new(false, throwOnInvalidBytes: true);

    public static byte[] Encode(RowValues values)
    {
        var most = MostBytes(values);
        if (most <= OnStack)
        {
            Span<byte> small = stackalloc byte[OnStack];
            return small[..Write(small, values)].ToArray();
        }

        var large = ArrayPool<byte>.Shared.Rent(most);
        try
        {
            return large[..Write(large, values)];
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(large);
        }
    }

    private static int MostBytes(RowValues values)
    {
        var most = 1 + Packing.NumberBytes;
        foreach (var (name, value) in values.AsSpan())
        {
            most += (3 * Packing.NumberBytes) + (name.Length * BytesOfChar) + value.Kind switch
            {
                RowValueKind.Text => value.AsText()!.Length * BytesOfChar,
                RowValueKind.Binary => value.AsBinary()!.Length,
                _ => 0,
            };
        }

        return most;
    }

    private static int Write(Span<byte> to, RowValues values)
    {
        to[0] = Version;
        var at = 1 + Packing.WriteNumber(to[1..], (ulong)values.Count);
        foreach (var (name, value) in values.AsSpan())
        {
            at += WriteName(to[at..], name);
            at += WriteValue(to[at..], value);
        }

        return at;
    }

    private static int WriteName(Span<byte> to, string name)
    {
        if (PropertyNames.NumberOf(name) is var number and >= 0)
            return Packing.WriteNumber(to, ((ulong)number << 1) | 1);
        var at = Packing.WriteNumber(to, (ulong)Utf8.GetByteCount(name) << 1);
        return at + Utf8.GetBytes(name, to[at..]);
    }

    private static int WriteValue(Span<byte> to, RowValue value)
    {
        to[0] = (byte)Tag(value);
        var rest = to[1..];
        switch (value.Kind)
        {
            case RowValueKind.Text:
                return 1 + Packing.WriteText(rest, value.AsText()!);
            case RowValueKind.Binary:
                var binary = value.AsBinary()!;
                var length = Packing.WriteNumber(rest, (ulong)binary.Length);
                binary.CopyTo(rest[length..]);
                return 1 + length + binary.Length;
            case RowValueKind.Number:
                return 1 + Packing.WriteSigned(rest, value.AsNumber()!.Value);
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
}
