namespace LicenseFunctions.Licensing;

/// <summary>
/// The hashes of the license keys and identifiers that were asked for last: the same few come again and again, each several
/// times in one request, and a hash costs a microsecond. Every text has one place, which the latest one takes.
/// </summary>
internal static class RecentHashes
{
    private const int Places = 4096;
    private const int LongestText = 256;

    private static readonly Entry?[] Entries = new Entry?[Places];

    /// <summary>SHA-256 in lower-case hex.</summary>
    public static string Of(string text)
    {
        if (text.Length > LongestText)
            return LicenseRows.Hash(text);
        ref var place = ref Entries[(uint)text.GetHashCode(StringComparison.Ordinal) % Places];
        if (Volatile.Read(ref place) is { } entry && string.Equals(entry.Text, text, StringComparison.Ordinal))
            return entry.Hash;
        var hash = LicenseRows.Hash(text);
        Volatile.Write(ref place, new Entry(text, hash));
        return hash;
    }

    private sealed record Entry(string Text, string Hash);
}
