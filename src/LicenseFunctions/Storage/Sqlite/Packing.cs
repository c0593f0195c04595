using System.Buffers;

namespace LicenseFunctions.Storage.Sqlite;

/// <summary>
/// Numbers and texts in few bytes: numbers seven bits at a time, the lowest first, and the 64 hexadecimal digits of a hash,
/// with which most keys end, as 32 bytes. What they are is in the files: never change it.
/// </summary>
internal static class Packing
{
    /// <summary>The most bytes of a packed number.</summary>
    public const int NumberBytes = 10;

    private const int HashDigits = 64;
    private const int HashBytes = HashDigits / 2;

    private static readonly SearchValues<byte> Digits = SearchValues.Create("0123456789abcdef"u8);
    private static readonly SearchValues<char> DigitChars = SearchValues.Create("0123456789abcdef");

    public static bool EndsWithHash(ReadOnlySpan<byte> text) =>
        text.Length >= HashDigits && !text[^HashDigits..].ContainsAnyExcept(Digits);

    public static bool EndsWithHash(string text) =>
        text.Length >= HashDigits && !text.AsSpan(^HashDigits..).ContainsAnyExcept(DigitChars);

    public static int WriteNumber(Span<byte> to, ulong number)
    {
        var at = 0;
        for (; number >= 0x80; number >>= 7)
            to[at++] = (byte)(number | 0x80);
        to[at++] = (byte)number;
        return at;
    }

    /// <summary>Numbers near zero are short, on both sides of it.</summary>
    public static int WriteSigned(Span<byte> to, long number) => WriteNumber(to, (ulong)((number << 1) ^ (number >> 63)));

    /// <summary>Writes twice the length, and the text; or of a text that ends with a hash one more, what is before it, and the hash.</summary>
    public static int WriteText(Span<byte> to, ReadOnlySpan<byte> text)
    {
        if (!EndsWithHash(text))
        {
            var at = WriteNumber(to, (ulong)text.Length << 1);
            text.CopyTo(to[at..]);
            return at + text.Length;
        }

        var before = text[..^HashDigits];
        var start = WriteNumber(to, ((ulong)before.Length << 1) | 1);
        before.CopyTo(to[start..]);
        start += before.Length;
        Convert.FromHexString(text[^HashDigits..], to[start..], out _, out _);
        return start + HashBytes;
    }

    /// <exception cref="ArgumentException">The text holds half a surrogate pair.</exception>
    public static int WriteText(Span<byte> to, string text)
    {
        var isHash = EndsWithHash(text);
        var before = isHash ? text.AsSpan(..^HashDigits) : text;
        var length = RowEncoder.Utf8.GetByteCount(before);
        var at = WriteNumber(to, ((ulong)length << 1) | (isHash ? 1u : 0u));
        at += RowEncoder.Utf8.GetBytes(before, to[at..]);
        if (!isHash)
            return at;
        Convert.FromHexString(text.AsSpan(^HashDigits..), to[at..], out _, out _);
        return at + HashBytes;
    }

    public static ulong ReadNumber(ref ReadOnlySpan<byte> from)
    {
        var (number, at) = (0UL, 0);
        for (var shift = 0; ; shift += 7)
        {
            ArgumentOutOfRangeException.ThrowIfEqual(at, NumberBytes);
            ulong b = from[at++];
            number |= (b & 0x7F) << shift;
            if (b < 0x80)
                break;
        }

        from = from[at..];
        return number;
    }

    public static long ReadSigned(ref ReadOnlySpan<byte> from)
    {
        var number = ReadNumber(ref from);
        return (long)(number >> 1) ^ -(long)(number & 1);
    }

    public static int ReadLength(ref ReadOnlySpan<byte> from) => checked((int)Math.Min(ReadNumber(ref from), int.MaxValue));

    public static ReadOnlySpan<byte> Take(ref ReadOnlySpan<byte> from, int count)
    {
        var taken = from[..count];
        from = from[count..];
        return taken;
    }

    /// <summary>The bytes of a text.</summary>
    public static byte[] ReadText(ref ReadOnlySpan<byte> from)
    {
        var head = ReadLength(ref from);
        var before = Take(ref from, head >> 1);
        if ((head & 1) == 0)
            return before.ToArray();
        var text = new byte[before.Length + HashDigits];
        before.CopyTo(text);
        Convert.TryToHexStringLower(Take(ref from, HashBytes), text.AsSpan(before.Length), out _);
        return text;
    }

    public static string ReadString(ref ReadOnlySpan<byte> from)
    {
        var head = ReadLength(ref from);
        var before = RowEncoder.Utf8.GetString(Take(ref from, head >> 1));
        return (head & 1) == 0 ? before : before + Convert.ToHexStringLower(Take(ref from, HashBytes));
    }
}
