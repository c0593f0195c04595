using LicenseFunctions.Licensing;

namespace LicenseFunctions.Tests.Licensing;

public sealed class KeyMakerTests
{
    private static readonly Generator Chunks = new() { ProductId = 1, Method = GeneratorMethod.ChunkSystem };

    [Theory]
    [InlineData(GeneratorMethod.Uuid, "", "", "^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$")]
    [InlineData(GeneratorMethod.Uuid, "A*", "-Z", "^A\\*[0-9a-f-]{36}-Z$")]
    [InlineData(GeneratorMethod.ChunkSystem, "LIC-", "", "^LIC-[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{4}$")]
    [InlineData(GeneratorMethod.Custom, "CUSTOM-", "", "^CUSTOM-[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$")]
    [InlineData(GeneratorMethod.Custom, "LIC-****-", "***.X", "^LIC-[0-9A-F]{4}-[0-9A-F]{3}\\.X$")]
    public void A_key_has_the_form_of_its_method(GeneratorMethod method, string prefix, string suffix, string form) =>
        Assert.Matches(form, KeyMaker.Make(Chunks with { Method = method, Prefix = prefix, Suffix = suffix }));

    [Fact]
    public void Every_character_is_as_likely_as_any_other_also_when_it_stands_in_the_charset_twice()
    {
        var generator = Chunks with { Charset = "AAB", Chunks = 32, ChunkLength = 32 };
        var drawn = string.Concat(Enumerable.Range(0, 40).Select(_ => KeyMaker.Make(generator))).Replace("-", "", StringComparison.Ordinal);

        // 40,960 fair coins: within 7 standard deviations of the half.
        Assert.InRange(drawn.Count(c => c == 'A'), (drawn.Length / 2) - 710, (drawn.Length / 2) + 710);
    }

    [Theory]
    [InlineData("0123456789", 1, 4, 10, true)]
    [InlineData("0123456789", 1, 4, 11, false)]
    [InlineData("AAAAAAAAAB", 1, 4, 1, false)]
    [InlineData("0123456789ABCDEF", 4, 4, 10_000, true)]
    public void A_generator_must_be_able_to_make_a_thousand_times_as_many(string charset, int chunks, int length, int count, bool can) =>
        Assert.Equal(can, KeyMaker.CanMake(Chunks with { Charset = charset, Chunks = chunks, ChunkLength = length }, count));

    [Theory]
    [InlineData("A", "", 4, 4)]
    [InlineData("AAAA", "", 4, 4)]
    [InlineData("AB C", "", 4, 4)]
    [InlineData("AB\ud83d\ude00", "", 4, 4)]
    [InlineData("AB", "a\u2028b", 4, 4)]
    [InlineData("AB", "", 0, 4)]
    [InlineData("AB", "", 4, 33)]
    public void What_cannot_be_used_is_told_in_words(string charset, string prefix, int chunks, int length) =>
        Assert.NotNull((Chunks with { Charset = charset, Prefix = prefix, Chunks = chunks, ChunkLength = length }).Flaw);

    [Theory]
    [InlineData(32, 31, 1, true)]
    [InlineData(32, 31, 2, false)]
    [InlineData(32, 32, 0, false)]
    public void A_key_is_never_longer_than_a_client_can_send(int chunks, int length, int prefix, bool can)
    {
        var generator = Chunks with { Chunks = chunks, ChunkLength = length, Prefix = new string('P', prefix) };

        Assert.Equal(can, generator.Flaw is null);
        Assert.Equal(can, KeyMaker.CanMake(generator, 1));
        Assert.Equal(can, KeyMaker.Make(generator).Length <= License.LongestKey);
    }

    [Theory]
    [InlineData(GeneratorMethod.Uuid, "A*", "-Z")]
    [InlineData(GeneratorMethod.ChunkSystem, "LIC-", "")]
    [InlineData(GeneratorMethod.Custom, "CUSTOM-", "")]
    [InlineData(GeneratorMethod.Custom, "LIC-****-", "***.X")]
    public void Its_keys_are_as_long_as_it_says(GeneratorMethod method, string prefix, string suffix)
    {
        var generator = Chunks with { Method = method, Prefix = prefix, Suffix = suffix };

        Assert.Equal(KeyMaker.Make(generator).Length, generator.KeyLength);
    }

    [Fact]
    public void A_generator_as_it_comes_has_no_flaw() => Assert.Null(Chunks.Flaw);
}
