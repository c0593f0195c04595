using System.Net;
using System.Text;
using LicenseFunctions.Licensing;
using LicenseFunctions.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace LicenseFunctions.Tests.SignedApi.Functions;

public sealed class DownloadFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("LIC-1", "a.example")]
    [InlineData("A/B ?#\\C", "Büro/PC+1~x??>")]
    public async Task The_address_that_was_handed_out_gives_the_file(string key, string identifier)
    {
        await using var host = await GivenDownloads.StartAsync(_folder);
        var (product, license) = await host.DownloadableAsync(key, identifier);

        using var answer = await host.Http.GetAsync(new Uri(await host.AddressAsync(license, identifier)));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("content", await answer.Content.ReadAsStringAsync());
        Assert.Equal("bytes", Assert.Single(answer.Headers.AcceptRanges));
        Assert.Equal("attachment", answer.Content.Headers.ContentDisposition!.DispositionType);
        Assert.Equal("application/octet-stream", answer.Content.Headers.ContentType!.MediaType);
        Assert.Equal(1, await host.CountAsync(product));
    }

    [Fact]
    public async Task The_short_prefix_gives_it_too()
    {
        await using var host = await GivenDownloads.StartAsync(_folder);
        var (_, license) = await host.DownloadableAsync("A/B", "x/y");
        var url = await host.AddressAsync(license, "x/y");

        using var answer = await host.Http.GetAsync(new Uri(url.Replace("/api/v1/", "/v1/", StringComparison.Ordinal)));

        Assert.Equal("content", await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Versions_that_are_unknown_unpublished_or_another_products_do_not_exist()
    {
        await using var host = await GivenDownloads.StartAsync(_folder);
        var (product, license) = await host.DownloadableAsync();
        await host.ReleaseAsync(product, "1.0.3", publish: false);
        await host.ReleaseAsync(await host.ProductAsync(), "4.4.4");

        foreach (var version in new[] { "103", "444", "999", "latest", "-1" })
            (await host.ReadAsync(GivenDownloads.Address(host.ApiKey, license, version: version))).ShouldBe(700, "The request file doesn't exist");
    }

    [Fact]
    public async Task A_file_that_was_lost_does_not_exist_and_is_not_counted()
    {
        await using var host = await GivenDownloads.StartAsync(_folder);
        var (product, license) = await host.DownloadableAsync();
        Directory.Delete(_folder["downloads"], recursive: true);

        (await host.ReadAsync(GivenDownloads.Address(host.ApiKey, license))).ShouldBe(700, "The request file doesn't exist");
        Assert.Equal(0, await host.CountAsync(product));
    }

    [Fact]
    public async Task An_identifier_that_is_not_base64_is_none()
    {
        await using var host = await GivenDownloads.StartAsync(_folder);
        var (_, license) = await host.DownloadableAsync();

        var answer = await host.ReadAsync(new($"http://localhost/api/v1/download/{host.ApiKey}/{license.Key}/!!!/102"));

        answer.ShouldBe(215, "Identifier is required");
    }

    [Fact]
    public async Task Every_one_of_many_downloads_at_once_is_counted()
    {
        await using var host = await GivenDownloads.StartAsync(_folder);
        var (product, license) = await host.DownloadableAsync();
        var url = new Uri(await host.AddressAsync(license));

        await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => host.Http.GetByteArrayAsync(url)));

        Assert.Equal(40, await host.CountAsync(product));
    }

    [Fact]
    public async Task Neither_token_nor_license_key_nor_api_key_is_logged()
    {
        await using var host = await GivenDownloads.StartAsync(_folder);
        var (_, license) = await host.DownloadableAsync();
        var token = (await host.AddressAsync(license)).Split('/')[6];
        await host.ReadAsync(GivenDownloads.Address(token, license, "b.example"));
        await host.ReadAsync(GivenDownloads.Address(host.ApiKey, license, version: "999"));

        var log = string.Join('\n', host.Log.All);
        Assert.Contains("Refused download: 701", log, StringComparison.Ordinal);

        Assert.All([token, license.Key, host.ApiKey], secret => Assert.DoesNotContain(secret, log, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("..\\..\\Wid\"get;\r\n.zip", "attachment; filename=\"Widget;.zip\"")]
    [InlineData("/builds/Größe.zip", "filename*=UTF-8''Gr%C3%B6%C3%9Fe.zip")]
    public async Task The_name_of_the_file_is_a_safe_one(string name, string disposition)
    {
        await using var host = await GivenDownloads.StartAsync(_folder);
        var product = await host.ProductAsync();
        await host.ReleaseAsync(product, "1.0.2", fileName: name);
        var license = await host.ActiveLicenseAsync(product);

        using var answer = await host.Http.GetAsync(GivenDownloads.Address(host.ApiKey, license));

        Assert.Contains(disposition, Assert.Single(answer.Content.Headers.GetValues("Content-Disposition")), StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();
}
