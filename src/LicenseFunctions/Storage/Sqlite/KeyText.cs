using System.Text;

namespace LicenseFunctions.Storage.Sqlite;

/// <summary>
/// Keys as SQLite compares them. Each UTF-16 unit becomes the bytes that UTF-8 gives a character of its number, also the
/// halves of a surrogate pair (known as CESU-8): then the order of the bytes is the ordinal order of the strings, which
/// plain UTF-8 breaks for characters outside the basic plane, and no two keys become the same bytes. Keys without such
/// characters are plain UTF-8.
/// </summary>
internal static class KeyText
{
    /// <summary>Before every key. Not empty because an empty span would bind NULL.</summary>
    public static ReadOnlySpan<byte> Lowest => [0x01];

    public static byte[] Encode(string key)
    {
        if (Ascii.IsValid(key))
            return Encoding.ASCII.GetBytes(key);
        var length = 0;
        foreach (var c in key)
            length += Length(c);
        var bytes = new byte[length];
        var at = 0;
        foreach (var c in key)
            at += Write(c, bytes.AsSpan(at));
        return bytes;
    }

    /// <summary>The first text after all keys that begin with a prefix: no key holds the byte 255.</summary>
    public static byte[] EndOfPrefix(string prefix) => [.. Encode(prefix), 0xFF];

    /// <summary>The first text after one key: no key holds U+0000.</summary>
    public static byte[] After(ReadOnlySpan<byte> key) => [.. key, 0x00];

    public static string Decode(ReadOnlySpan<byte> bytes)
    {
        if (Ascii.IsValid(bytes))
            return Encoding.ASCII.GetString(bytes);
        var units = new char[bytes.Length];
        var count = 0;
        for (var at = 0; at < bytes.Length;)
        {
            int b = bytes[at];
            (units[count++], var length) = b switch
            {
                < 0x80 => ((char)b, 1),
                < 0xE0 => ((char)(((b & 0x1F) << 6) | (bytes[at + 1] & 0x3F)), 2),
                _ => ((char)(((b & 0x0F) << 12) | ((bytes[at + 1] & 0x3F) << 6) | (bytes[at + 2] & 0x3F)), 3),
            };
            at += length;
        }

        return new string(units, 0, count);
    }

    private static int Length(char c) => c < 0x80 ? 1 : c < 0x800 ? 2 : 3;

    private static int Write(char c, Span<byte> to)
    {
        switch (Length(c))
        {
            case 1:
                to[0] = (byte)c;
                return 1;
            case 2:
                to[0] = (byte)(0xC0 | (c >> 6));
                to[1] = (byte)(0x80 | (c & 0x3F));
                return 2;
            default:
                to[0] = (byte)(0xE0 | (c >> 12));
                to[1] = (byte)(0x80 | ((c >> 6) & 0x3F));
                to[2] = (byte)(0x80 | (c & 0x3F));
                return 3;
        }
    }
}
