using FsCheck;
using FsCheck.Fluent;
using LicenseFunctions.Licensing;

namespace LicenseFunctions.Tests.Properties;

public sealed class KeyProperties
{
    private const int Keys = 20_000;
    private const string Hex = "0123456789abcdef";

    /// <summary>Sixteen different characters, and how the key is laid out beside them.</summary>
    private static readonly Gen<Generator> Generators =
        from method in Gen.Elements(GeneratorMethod.ChunkSystem, GeneratorMethod.Custom, GeneratorMethod.Uuid)
        from characters in Gen.Shuffle("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789".ToCharArray())
        from chunks in Gen.Choose(4, 7)
        let generator = new Generator { ProductId = 1, Method = method }
        select method switch
        {
            GeneratorMethod.Uuid => generator,
            GeneratorMethod.Custom => generator with { Charset = new(characters, 0, 16), Prefix = "lic.****-", Suffix = string.Join('-', Enumerable.Repeat("****", chunks - 1)) },
            _ => generator with { Charset = new(characters, 0, 16) },
        };

    /// <summary>Chi-square of 15 degrees of freedom: over 75 once in a thousand million cases.</summary>
    [Fact]
    public void Every_character_is_as_frequent_as_any_other_and_no_key_comes_twice() => Checked.For(
        Generators,
        generator =>
        {
            var keys = Enumerable.Range(0, Keys).Select(_ => KeyMaker.Make(generator)).ToArray();

            var drawn = string.Concat(keys.Select(key => Drawn(generator.Method, key)));
            var all = generator.Method == GeneratorMethod.Uuid ? Hex : generator.Charset;
            var expected = drawn.Length / (double)all.Length;
            return all.Sum(c => Math.Pow(drawn.AsSpan().Count(c) - expected, 2) / expected) <= 75 && keys.Distinct().Count() == Keys;
        }, cost: 20);

    /// <summary>What was drawn: of a UUID all but the digits of version and variant.</summary>
    private static string Drawn(GeneratorMethod method, string key) => method switch
    {
        GeneratorMethod.Uuid => (key[..14] + key[15..19] + key[20..]).Replace("-", "", StringComparison.Ordinal),
        GeneratorMethod.Custom => key["lic.".Length..].Replace("-", "", StringComparison.Ordinal),
        _ => key.Replace("-", "", StringComparison.Ordinal),
    };
}
