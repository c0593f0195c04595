using System.Globalization;

namespace LicenseFunctions.DomainApi;

/// <summary>How the domain API writes an instant.</summary>
public static class DomainTime
{
    /// <summary><c>2026-01-15T10:30:00Z</c>; null when there is none.</summary>
    public static string? Format(long? milliseconds) => milliseconds is { } ms
        ? DateTimeOffset.FromUnixTimeMilliseconds(ms).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)
        : null;
}
