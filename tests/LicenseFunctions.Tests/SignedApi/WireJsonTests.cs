using System.Text;
using LicenseFunctions.SignedApi;

namespace LicenseFunctions.Tests.SignedApi;

public sealed class WireJsonTests
{
    [Theory]
    [InlineData("a/b", """a\/b""", "a/b")]
    [InlineData("\"\\", """\"\\""", """\"\\""")]
    [InlineData("ü", """\u00fc""", "ü")]
    [InlineData("\u00ff\u0800\uffff", """\u00ff\u0800\uffff""", "\u00ff\u0800\uffff")]
    [InlineData("😀", """\ud83d\ude00""", "😀")]
    [InlineData("\b\f\n\r\t", """\b\f\n\r\t""", """\b\f\n\r\t""")]
    [InlineData("\0\u0001\u001f", """\u0000\u0001\u001f""", """\u0000\u0001\u001f""")]
    [InlineData("\u007f<>&'+`", "\u007f<>&'+`", "\u007f<>&'+`")]
    public void A_text_is_written_in_two_ways(string text, string escaped, string plain)
    {
        Assert.Equal($"\"{escaped}\"", Encoding.ASCII.GetString(new WireJson(WireEscaping.Escaped).Text(text).Written));
        Assert.Equal($"\"{plain}\"", Encoding.UTF8.GetString(new WireJson(WireEscaping.Plain).Text(text).Written));
    }

    [Theory]
    [InlineData(0, "0")]
    [InlineData(-1, "-1")]
    [InlineData(long.MaxValue, "9223372036854775807")]
    [InlineData(long.MinValue, "-9223372036854775808")]
    public void A_number_is_its_digits(long number, string text)
    {
        Assert.Equal(text, Encoding.ASCII.GetString(new WireJson(WireEscaping.Escaped).Number(number).Written));
    }

    [Fact]
    public void Commas_stand_between_values_and_nowhere_else()
    {
        var json = new WireJson(WireEscaping.Escaped).Open('{').Name("a").Open('[').Number(1).Text("b").Null().Open('{').Field("c", 2).Close('}')
            .Close(']').Name("d").Open('[').Close(']').Field("e", (string?)null).Name("f").True().Name("g").False().Close('}');

        Assert.Equal("""{"a":[1,"b",null,{"c":2}],"d":[],"e":null,"f":true,"g":false}""", Encoding.ASCII.GetString(json.Written));
    }
}
