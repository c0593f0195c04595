using System.Globalization;
using FsCheck;
using FsCheck.Fluent;

namespace LicenseFunctions.Tests.Properties;

/// <summary>How properties are checked: 200 cases with the other tests, <c>PROPERTIES=100000</c> for a long run.</summary>
internal static class Checked
{
    private static readonly int Cases =
        int.TryParse(Environment.GetEnvironmentVariable("PROPERTIES"), NumberStyles.None, CultureInfo.InvariantCulture, out var cases) ? cases : 200;

    /// <summary>Throws, with the smallest case found, when the property does not hold.</summary>
    /// <param name="generator">Makes the cases.</param>
    /// <param name="holds">The property.</param>
    /// <param name="cost">How many plain cases one of these costs.</param>
    public static void For<T>(Gen<T> generator, Func<T, bool> holds, int cost = 1) =>
        Prop.ForAll(generator.ToArbitrary(), holds).Check(Config.QuickThrowOnFailure.WithMaxTest(Math.Max(4, Cases / cost)));

    /// <summary>Any text of Unicode characters, the awkward ones often.</summary>
    public static Gen<string> Text { get; } = Gen.OneOf(
            Gen.Choose(0, 0x7F), Gen.Choose(0x80, 0xD7FF), Gen.Choose(0xE000, 0x10FFFF), Gen.Elements('"', '\\', '/', '\b', '\f', '\n', '\r', '\t', 0, 0x1F, 0x7F, 0x2027, 0xFEFF))
        .ArrayOf().Select(runes => string.Concat(runes.Select(char.ConvertFromUtf32)));
}
