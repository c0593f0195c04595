using System.Globalization;

namespace LicenseFunctions.Licensing;

/// <summary>The number that stands for a version in addresses: its digits, one after the other. 1.0.2 is 102.</summary>
public static class NumericVersion
{
    // With the digits of a suffix it stays a number that every client reads exactly (below 2 to the 53rd).
    private const int MostDigits = 12;

    /// <summary>True when a version has a digit, which is all it needs.</summary>
    public static bool CanBeMadeOf(string version) => version.Any(char.IsAsciiDigit);

    /// <summary>
    /// The numbers for a version, in the order in which they are tried: 1.0.12 and 10.1.2 both are 1012, so whichever comes
    /// second gets two digits more.
    /// </summary>
    public static IEnumerable<long> CandidatesFor(string version)
    {
        var digits = string.Concat(version.Where(char.IsAsciiDigit).Take(MostDigits));
        var number = long.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture);
        yield return number;
        for (var suffix = 1; suffix < 100; suffix++)
            yield return (number * 100) + suffix;
    }
}
