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

    /// <summary>SHA-256 in lower-case hex.</summary>
    public static string Of(string text) => Find(text).Hash;

    /// <summary>The hash with what is made of it.</summary>
    public static RecentHash Find(string text)
    {
        if (text.Length > LongestText)
            return new(text, LicenseRows.Hash(text));
        var at = 2 * (int)((uint)text.GetHashCode(StringComparison.Ordinal) % Pairs);
        var latest = Volatile.Read(ref Entries[at]);
        if (latest is not null && IsSame(latest.Text, text))
            return latest;
        if (Volatile.Read(ref Entries[at + 1]) is { } before && IsSame(before.Text, text))
            return before;
        var made = new RecentHash(text, LicenseRows.Hash(text));
        Volatile.Write(ref Entries[at + 1], latest);
        Volatile.Write(ref Entries[at], made);
        return made;
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
