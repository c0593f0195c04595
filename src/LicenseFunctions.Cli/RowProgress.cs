using System.Diagnostics;
using System.Globalization;

namespace LicenseFunctions.Cli;

/// <summary>Tells how far a long run is: a line every few seconds.</summary>
internal sealed class RowProgress(TextWriter to, string what, string unit = "rows")
{
    private const int RowsBetweenLooks = 4096;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(3);

    private readonly long _start = Stopwatch.GetTimestamp();
    private long _told = Stopwatch.GetTimestamp();

    public void Tell(long rows)
    {
        if (rows % RowsBetweenLooks != 0 || Stopwatch.GetElapsedTime(_told) < Pause)
            return;
        _told = Stopwatch.GetTimestamp();
        var perSecond = rows / Stopwatch.GetElapsedTime(_start).TotalSeconds;
        to.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what}: {rows:N0} {unit}, {perSecond:N0} a second"));
    }
}
