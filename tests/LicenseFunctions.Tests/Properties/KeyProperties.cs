using LicenseFunctions.Licensing;

namespace LicenseFunctions.Tests.Properties;

public sealed class KeyProperties
{
    private const int Keys = 20_000;
    private const string Hex = "0123456789abcdef";

    /// <summary>Chi-square of 15 degrees of freedom: over 75 once in a thousand million runs.</summary>
    [Theory]
    [InlineData(GeneratorMethod.ChunkSystem, "", "", "0123456789ABCDEF")]
    [InlineData(GeneratorMethod.Custom, "LIC-****-", "****-****-****", "0123456789ABCDEF")]
    [InlineData(GeneratorMethod.Uuid, "", "", "")]
    public void Every_character_is_as_frequent_as_any_other_and_no_key_comes_twice(GeneratorMethod method, string prefix, string suffix, string charset)
    {
        var generator = new Generator { ProductId = 1, Method = method, Prefix = prefix, Suffix = suffix };
        generator = charset.Length > 0 ? generator with { Charset = charset } : generator;

        var keys = Enumerable.Range(0, Keys).Select(_ => KeyMaker.Make(generator)).ToArray();

        var drawn = string.Concat(keys.Select(key => Drawn(method, key)));
        var all = method == GeneratorMethod.Uuid ? Hex : charset;
        var expected = drawn.Length / (double)all.Length;
        Assert.InRange(all.Sum(c => Math.Pow(drawn.Count(each => each == c) - expected, 2) / expected), 0, 75);
        Assert.Equal(Keys, keys.Distinct().Count());
    }

    /// <summary>What was drawn: of a UUID all but the digits of version and variant.</summary>
    private static string Drawn(GeneratorMethod method, string key) => method switch
    {
        GeneratorMethod.Uuid => (key[..14] + key[15..19] + key[20..]).Replace("-", "", StringComparison.Ordinal),
        GeneratorMethod.Custom => key["LIC-".Length..].Replace("-", "", StringComparison.Ordinal),
        _ => key.Replace("-", "", StringComparison.Ordinal),
    };
}
