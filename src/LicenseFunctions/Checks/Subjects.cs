using System.Globalization;
using LicenseFunctions.Licensing;

namespace LicenseFunctions.Checks;

/// <summary>What findings call the things of a store.</summary>
internal static class Subjects
{
    /// <summary>Its number, and the hash that the log knows it by.</summary>
    public static string Of(License license) =>
        string.Create(CultureInfo.InvariantCulture, $"license {license.Id} ({LicenseRows.Partition(license.Key)[..12]})");
}
