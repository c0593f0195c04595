using System.Text;

namespace LicenseFunctions.Storage.Sqlite;

/// <summary>
/// Remembers the few dozen names that rows use, so that reading a row does not make them again. A slot that two names
/// share changes hands; threads may overwrite each other, each reads a whole string either way.
/// </summary>
internal static class PropertyNames
{
    private static readonly string?[] Slots = new string?[1024];

    public static string Get(ReadOnlySpan<byte> utf8)
    {
        var hash = (uint)utf8.Length;
        foreach (var b in utf8)
            hash = (hash * 31) + b;
        ref var slot = ref Slots[(hash ^ (hash >> 12)) % (uint)Slots.Length];
        var known = slot;
        if (known is not null && Ascii.Equals(utf8, known))
            return known;
        return slot = RowEncoder.Utf8.GetString(utf8);
    }
}
