using System.Globalization;

namespace LicenseFunctions;

/// <summary>Lengths of time as people write them: <c>90s</c>, <c>15m</c>, <c>24h</c>, <c>30d</c>.</summary>
public static class Duration
{
    /// <summary>What they look like, for an error message.</summary>
    public const string Form = "a number with s, m, h or d behind it, such as 90s, 15m, 24h or 30d";

    private const int MostDays = 3660;

    public static bool TryParse(string text, out TimeSpan duration)
    {
        duration = default;
        if (text.Length < 2 || !int.TryParse(text.AsSpan(..^1), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return false;
        var unit = text[^1] switch
        {
            's' => TimeSpan.FromSeconds(1),
            'm' => TimeSpan.FromMinutes(1),
            'h' => TimeSpan.FromHours(1),
            'd' => TimeSpan.FromDays(1),
            _ => TimeSpan.Zero,
        };
        if (unit == TimeSpan.Zero || number > TimeSpan.FromDays(MostDays) / unit)
            return false;
        duration = number * unit;
        return true;
    }

    /// <summary>The shortest way to write it.</summary>
    public static string Show(TimeSpan duration)
    {
        var (number, unit) = duration switch
        {
            { Ticks: 0 } => (0, "s"),
            _ when duration.Ticks % TimeSpan.TicksPerDay == 0 => (duration.TotalDays, "d"),
            _ when duration.Ticks % TimeSpan.TicksPerHour == 0 => (duration.TotalHours, "h"),
            _ when duration.Ticks % TimeSpan.TicksPerMinute == 0 => (duration.TotalMinutes, "m"),
            _ => (duration.TotalSeconds, "s"),
        };
        return string.Create(CultureInfo.InvariantCulture, $"{number:0}{unit}");
    }
}
