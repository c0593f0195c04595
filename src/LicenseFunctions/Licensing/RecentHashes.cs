namespace LicenseFunctions.Licensing;

/// <summary>
/// The hashes of the license keys, identifiers and API keys that were asked for last: the same few come again and again, each several
/// times in one request, and a hash costs a microsecond. Every text has two places, which it shares with few: one for the latest of
/// these, one for the one before.
/// </summary>
internal static class RecentHashes
{
    private const int Pairs = 4096;
    private const int LongestText = 256;

    private static readonly RecentHash?[] Entries = new RecentHash?[2 * Pairs];

    // The hash code of the text in each place, so that most other texts are known as others without a look at them.
    private static readonly int[] Codes = new int[2 * Pairs];

    /// <summary>SHA-256 in lower-case hex.</summary>
    public static string Of(string text) => Find(text).Hash;

    /// <summary>The hash with what is made of it.</summary>
    public static RecentHash Find(string text)
    {
        if (text.Length > LongestText)
            return new(text, LicenseRows.Hash(text));
        var code = text.GetHashCode(StringComparison.Ordinal);
        var at = 2 * (int)((uint)code % Pairs);
        if (FindAt(at, code, text) is { } latest)
            return latest;
        if (FindAt(at + 1, code, text) is { } before)
            return before;
        var made = new RecentHash(text, LicenseRows.Hash(text));
        Put(at + 1, Volatile.Read(ref Codes[at]), Volatile.Read(ref Entries[at]));
        Put(at, code, made);
        return made;
    }

    private static RecentHash? FindAt(int at, int code, string text) =>
        Volatile.Read(ref Codes[at]) == code && Volatile.Read(ref Entries[at]) is { } entry && IsSame(entry.Text, text) ? entry : null;

    /// <summary>Others may do so at once: then a place may have the code of another text, which is not found there.</summary>
    private static void Put(int at, int code, RecentHash? entry)
    {
        Volatile.Write(ref Entries[at], entry);
        Volatile.Write(ref Codes[at], code);
    }

    /// <summary>
    /// These texts are secrets: every character is looked at, so that the time it takes does not tell how many were guessed.
    /// (The framework's own comparison of this kind is never optimised and takes as long as half a hash.)
    /// </summary>
    private static bool IsSame(string known, string text)
    {
        if (known.Length != text.Length)
            return false;
        var different = 0;
        for (var i = 0; i < known.Length; i++)
            different |= known[i] ^ text[i];
        return different == 0;
    }
}

/// <summary>A text and its hash. Not a record: those print what they hold, and this may be a secret.</summary>
internal sealed class RecentHash(string text, string hash)
{
    public string Text => text;

    /// <summary>SHA-256 in lower-case hex.</summary>
    public string Hash => hash;

    /// <summary>Where the text is an identifier: the row of what its activation has been used for.</summary>
    public string UsageKey => field ??= LicenseRows.ActivationUsage(Hash);
}
