using Microsoft.Extensions.Configuration;

namespace LicenseFunctions.Tests;

public sealed class LicensingOptionsDownloadsTests
{
    [Theory]
    [InlineData("Retention:Days", "0")]
    [InlineData("Retention:Days", "for ever")]
    [InlineData("Retention:Weeks", "4")]
    [InlineData("Downloads:BlobContainerUri", "http://acct.blob.example.invalid/downloads")]
    [InlineData("Downloads:BlobContainerUri", "https://acct.blob.example.invalid/")]
    [InlineData("Downloads:BlobContainerUri", "https://acct.blob.example.invalid/downloads?sig=secret")]
    [InlineData("Downloads:Folder", "x")]
    public void A_setting_that_cannot_be_is_refused_by_its_name(string name, string value)
    {
        var refused = Assert.Throws<SettingException>(() => LicensingOptions.From(Settings((name, value))));

        Assert.Contains(name.Replace(":", "__", StringComparison.Ordinal), refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_not_set_has_its_default()
    {
        var options = LicensingOptions.From(Settings());

        Assert.Equal((400, ".data/downloads", null), (options.RetentionDays, options.DownloadsPath, options.DownloadsBlobContainerUri));
    }

    private static IConfigurationRoot Settings(params (string Name, string Value)[] settings) => new ConfigurationBuilder()
        .AddInMemoryCollection(settings.Select(each => KeyValuePair.Create(each.Name, (string?)each.Value))).Build();
}
