using FsCheck.Fluent;
using LicenseFunctions.Licensing;

namespace LicenseFunctions.Tests.Properties;

public sealed class HostNameProperties
{
    private static readonly FsCheck.Gen<string> Label = Gen.OneOf(
        Gen.Elements("shop", "EXAMPLE", "a-b", "x_1", "bücher", "ΒΑΣΙΛΟΣ", "3年b組金八先生", "ﬁ", "İ", "ß", "xn--bcher-kva", "1", "0x7f", "", "-", "a\u00ad", "a\u200d", "／", "：", "…", "⒈"),
        Checked.Text);

    private static readonly FsCheck.Gen<string> Host = Label.ArrayOf().Select(labels => string.Join('.', labels));

    private static readonly FsCheck.Gen<string> Address =
        from scheme in Gen.Elements("", "https://", "HTTP://", "//", "a+b.c-1://", "://")
        from user in Gen.Elements("", "", "user@", "user:pass@", "@", "a@b@")
        from host in Gen.OneOf(Host, Gen.Elements("[::1]", "::1", "[fe80::1%25eth0]", "1.2.3.4", "1.2.3.4.", "256.1.1.1", "[", "]", "[]"))
        from rest in Gen.Elements("", "", ".", ":8080", ":", ":x", "/", "/path?q#f", "?q", "#f", "\\x", "../", " ")
        select scheme + user + host + rest;

    [Fact]
    public void What_is_normalised_is_its_own_normal_form() => Checked.For(Gen.OneOf(Address, Checked.Text), text =>
        !HostName.TryNormalize(text, out var host) || (HostName.TryNormalize(host, out var again) && again == host));

    [Fact]
    public void What_surrounds_a_host_does_not_matter() => Checked.For(
        from host in Host.Where(IsBare)
        from around in Gen.Elements("https://{0}", "//{0}/", "http://{0}:8080/path?a=b#c", "user:pass@{0}", "{0}.", "  {0}  ", "ftp://u@{0}/x@y")
        select (Host: host, Around: around.Replace("{0}", host, StringComparison.Ordinal)),
        each => !HostName.TryNormalize(each.Host, out var host) || (HostName.TryNormalize(each.Around, out var same) && same == host));

    /// <summary>Nothing is around it yet: a second port or full stop is no part of an address.</summary>
    private static bool IsBare(string host) => host.IndexOfAny([':', '/', '\\', '?', '#', '@']) < 0 && host.Trim(' ', '\t', '.', '\u3002', '\uff0e', '\uff61').Trim() == host;

    [Fact]
    public void Case_does_not_matter_in_ascii() => Checked.For(
        Gen.Elements("abcdefghijklmnopqrstuvwxyz0123456789-.".ToCharArray()).ArrayOf().Select(letters => new string(letters)), text =>
            HostName.TryNormalize(text, out var lower) == HostName.TryNormalize(text.ToUpperInvariant(), out var upper) && lower == upper);

    /// <summary>From section 7.1 of RFC 3492 and the contract.</summary>
    [Theory]
    [InlineData("他们为什么不说中文", "xn--ihqwcrb4cv8a8dqg056pqjye")]
    [InlineData("他們爲什麽不說中文", "xn--ihqwctvzc91f659drss3x8bo0yb")]
    [InlineData("למההםפשוטלאמדבריםעברית", "xn--4dbcagdahymbxekheh6e0a7fei0b")]
    [InlineData("3年B組金八先生", "xn--3b-ww4c5e180e575a65lsy2b")]
    [InlineData("安室奈美恵-with-SUPER-MONKEYS", "xn---with-super-monkeys-pc58ag80a8qai00g7n9n")]
    [InlineData("ひとつ屋根の下2", "xn--2-u9tlzr9756bt3uc0v")]
    [InlineData("https://EXAMPLE.com:8080/path", "example.com")]
    public void Published_examples_agree(string text, string expected)
    {
        Assert.True(HostName.TryNormalize(text, out var host));
        Assert.Equal(expected, host);
    }
}
