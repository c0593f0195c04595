using System.Globalization;
using LicenseFunctions.Http.MessageSignatures;

namespace LicenseFunctions.Tests.Http.MessageSignatures;

public sealed class StructuredFieldTests
{
    [Theory]
    [InlineData("""a=("x" "y";req);n=1;b;t=tok""", "a=(x y;req=True);n=1;b=True;t='tok'")]
    [InlineData("""a=(), b=("x")""", "a=() b=(x)")]
    [InlineData("a=(  \"x\"   \"y\"  ),\t b=?0", "a=(x y) b=False")]
    [InlineData("a, b;p=?1, *c-_.*9=tok/en:x", "a=True b=True;p=True *c-_.*9='tok/en:x'")]
    [InlineData("""a="q\"\\ s" """, "a=q\"\\ s")]
    [InlineData("a=:aGk=:", "a=bytes 6869")]
    [InlineData("a=-1.5, b=999999999999999, c=0.125", "a=-1.5 b=999999999999999 c=0.125")]
    [InlineData("a=1, b=2, a=3", "b=2 a=3")]
    [InlineData("a=1;x=1;y=2;x=3", "a=1;y=2;x=3")]
    [InlineData("", "")]
    public void A_dictionary(string text, string read) =>
        Assert.Equal(read, string.Join(' ', StructuredField.TryParseDictionary(text)!.Select(Show)));

    [Theory]
    [InlineData("a=1,")]
    [InlineData(",a=1")]
    [InlineData("a=1 b=2")]
    [InlineData("A=1")]
    [InlineData("1a=1")]
    [InlineData("a=")]
    [InlineData("a =1")]
    [InlineData("a= 1")]
    [InlineData("a=(\"x\"")]
    [InlineData("a=(\"x\"\"y\")")]
    [InlineData("a=(\"x\",\"y\")")]
    [InlineData("a=(\"x\")\"y\"")]
    [InlineData("a=\"x")]
    [InlineData("a=\"\\x\"")]
    [InlineData("a=\"\\")]
    [InlineData("a=\"\u00fc\"")]
    [InlineData("a=\"\n\"")]
    [InlineData("a=:aGk")]
    [InlineData("a=:a:")]
    [InlineData("a=?2")]
    [InlineData("a=1.")]
    [InlineData("a=.5")]
    [InlineData("a=--1")]
    [InlineData("a=1-")]
    [InlineData("a=1.2.3")]
    [InlineData("a=1.2345")]
    [InlineData("a=1234567890123456")]
    [InlineData("a=1;")]
    [InlineData("a=1;B")]
    [InlineData("a=@1659578233")]
    [InlineData("a=%\"x\"")]
    [InlineData("a=1\0")]
    public void What_is_not_well_formed_is_refused_whole(string text) => Assert.Null(StructuredField.TryParseDictionary(text));

    [Fact]
    public void A_text_is_written_as_it_is_read() =>
        Assert.Equal("a\"b\\c", StructuredField.TryParseDictionary("k=" + StructuredField.Quote("a\"b\\c"))![0].Value);

    private static string Show(Member member) =>
        $"{member.Key}={(member.Items is { } items ? $"({string.Join(' ', items.Select(item => Show(item.Value) + Show(item.Parameters)))})" : Show(member.Value!))}{Show(member.Parameters)}";

    private static string Show(IReadOnlyList<Parameter> parameters) => string.Concat(parameters.Select(each => $";{each.Name}={Show(each.Value)}"));

    private static string Show(object value) => value switch
    {
        Token token => $"'{token.Text}'",
        byte[] bytes => $"bytes {Convert.ToHexStringLower(bytes)}",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };
}
