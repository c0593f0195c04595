using System.Net;
using System.Text;
using LicenseFunctions.Files.Folder;
using LicenseFunctions.Licensing;
using LicenseFunctions.SignedApi;
using LicenseFunctions.Tests.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace LicenseFunctions.Tests.SignedApi;

/// <summary>Nothing but a released file can be downloaded: no text of a caller is ever a part of a path.</summary>
public sealed class DownloadEscapeTests : IDisposable
{
    private const string Outside = "outside the folder";

    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("..")]
    [InlineData("../../outside.txt")]
    [InlineData("..%2F..%2Foutside.txt")]
    [InlineData("..%252F..%252Foutside.txt")]
    [InlineData("%2e%2e%2f%2e%2e%2foutside.txt")]
    [InlineData("..%5C..%5Coutside.txt")]
    [InlineData("%2Fetc%2Fpasswd")]
    [InlineData("102%2F..%2F..%2Foutside.txt")]
    [InlineData("..%c0%af..%c0%afoutside.txt")]
    public async Task A_version_is_a_number_and_never_a_path(string version)
    {
        await using var host = await GivenDownloads.StartAsync(_folder);
        await File.WriteAllTextAsync(_folder["outside.txt"], Outside);
        var (_, license) = await host.DownloadableAsync();
        var address = GivenDownloads.Address(host.ApiKey, license).AbsoluteUri[..^"102".Length] + version;

        foreach (var prefix in (string[])["/api/v1/", "/v1/"])
        {
            using var answer = await host.Http.GetAsync(new Uri(address.Replace("/api/v1/", prefix, StringComparison.Ordinal)));

            var body = await answer.Content.ReadAsStringAsync();
            Assert.True(answer.StatusCode == HttpStatusCode.NotFound || body.Contains("\"code\":", StringComparison.Ordinal), body);
            Assert.DoesNotContain(Outside, body, StringComparison.Ordinal);
            Assert.DoesNotContain("content", body, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("102%00")]
    [InlineData("102%00.txt")]
    [InlineData("%31%30%32%2f")]
    [InlineData("-102")]
    [InlineData("+102")]
    [InlineData("0x66")]
    [InlineData("99999999999999999999")]
    public void Nor_is_it_a_number_with_something_after_it(string version)
    {
        var context = new DefaultHttpContext();
        context.Features.Get<IHttpRequestFeature>()!.RawTarget = $"/api/v1/download/k/l/YQ==/{version}";

        Assert.Null(DownloadPath.Read(context.Request).NumericVersion);
    }

    [Theory]
    [InlineData("../../outside.txt")]
    [InlineData("/etc/passwd")]
    [InlineData("a\0b.zip")]
    [InlineData("a\r\nX-Injected: 1.zip")]
    [InlineData("a\"; filename=\"b.exe")]
    public async Task The_name_of_a_file_is_told_to_its_reader_and_is_no_path_here(string name)
    {
        await using var host = await GivenDownloads.StartAsync(_folder);
        var product = await host.ProductAsync();
        await host.ReleaseAsync(product, "1.0.2", "content"u8.ToArray(), fileName: name);
        var license = await host.ActiveLicenseAsync(product);

        using var answer = await host.Http.GetAsync(new Uri(await host.AddressAsync(license)));

        Assert.Equal("content", await answer.Content.ReadAsStringAsync());
        Assert.False(answer.Headers.Contains("X-Injected"));
        Assert.All(Directory.EnumerateFiles(_folder["downloads"], "*", SearchOption.AllDirectories), file => Assert.Matches("^[0-9a-f]{64}$", Path.GetFileName(file)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("..")]
    [InlineData("../outside.txt")]
    [InlineData("/etc/passwd")]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000/../../outside.txt")]
    [InlineData("000000000000000000000000000000000000000000000000000000000000000\0")]
    [InlineData("../0000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("ABCDEF0000000000000000000000000000000000000000000000000000000000")]
    public async Task The_store_of_files_takes_nothing_for_a_name_but_a_hash(string name)
    {
        var files = new FolderFileStore(_folder["downloads"]);

        await Assert.ThrowsAsync<ArgumentException>(() => files.OpenAsync(name, 0, 1, CancellationToken.None));
        await Assert.ThrowsAsync<ArgumentException>(() => files.DeleteAsync(name, CancellationToken.None));
    }

    [Fact]
    public async Task A_link_in_the_folder_is_not_followed()
    {
        await using var host = await GivenDownloads.StartAsync(_folder);
        await File.WriteAllTextAsync(_folder["outside.txt"], Outside);
        var (_, license) = await host.DownloadableAsync();
        var file = Assert.Single(Directory.EnumerateFiles(_folder["downloads"], "*", SearchOption.AllDirectories));
        File.Delete(file);
        File.CreateSymbolicLink(file, _folder["outside.txt"]);

        var answer = await host.ReadAsync(GivenDownloads.Address(host.ApiKey, license));

        answer.ShouldBe(700, "The request file doesn't exist");
    }

    [Theory]
    [InlineData("../x")]
    [InlineData("..\\x")]
    [InlineData("/etc/passwd")]
    public async Task Keys_and_identifiers_may_look_like_paths_and_are_none(string text)
    {
        await using var host = await GivenDownloads.StartAsync(_folder);
        var (_, license) = await host.DownloadableAsync(key: text + "-key", identifier: text);

        using var answer = await host.Http.GetAsync(new Uri(await host.AddressAsync(license, text)));
        var other = new Uri($"http://localhost/api/v1/download/{host.ApiKey}/{Uri.EscapeDataString(text)}/{Uri.EscapeDataString(Convert.ToBase64String(Encoding.UTF8.GetBytes(text)))}/102");

        Assert.Equal("content", await answer.Content.ReadAsStringAsync());
        Assert.Contains((int)(await host.Http.GetAsync(other)).StatusCode, (int[])[200, 400, 404]);
    }

    public void Dispose() => _folder.Dispose();
}
