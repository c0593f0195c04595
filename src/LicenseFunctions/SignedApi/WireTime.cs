using System.Globalization;

namespace LicenseFunctions.SignedApi;

/// <summary>The two ways in which the signed API writes an instant, both UTC.</summary>
public static class WireTime
{
    /// <summary><c>2024-02-27 03:05:31</c>, in details; null when there is none.</summary>
    public static string? Plain(long? milliseconds) => Format(milliseconds, "yyyy-MM-dd HH:mm:ss");

    /// <summary><c>2024-02-24T21:21:24.000000Z</c>, in lists; null when there is none.</summary>
    public static string? Listed(long? milliseconds) => Format(milliseconds, "yyyy-MM-dd'T'HH:mm:ss'.000000Z'");

    /// <summary><c>2024-02-27</c>, in files.</summary>
    public static string? Date(long milliseconds) => Format(milliseconds, "yyyy-MM-dd");

    /// <summary><c>2024-11-23T19:02:08.829000Z</c>, where a license has just been assigned; null when there is none.</summary>
    public static string? Exact(long? milliseconds) => Format(milliseconds, "yyyy-MM-dd'T'HH:mm:ss'.'ffffff'Z'");

    /// <summary>Reads either form, or a date alone, as Unix milliseconds; null when it is none.</summary>
    public static long? Parse(string text)
    {
        string[] formats = ["yyyy-MM-dd HH:mm:ss", "yyyy-MM-dd", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd HH:mm"];
        return DateTimeOffset.TryParseExact(text, formats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            && time.Year is >= 1970 and < 5000
            ? time.ToUnixTimeMilliseconds()
            : null;
    }

    private static string? Format(long? milliseconds, string format) => milliseconds is { } ms
        ? DateTimeOffset.FromUnixTimeMilliseconds(ms).ToString(format, CultureInfo.InvariantCulture)
        : null;
}
