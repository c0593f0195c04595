using System.Net;
using System.Text;
using LicenseFunctions.Licensing;
using LicenseFunctions.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace LicenseFunctions.Tests.SignedApi.Functions;

public sealed class DownloadFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ManualTimeProvider _time = new();

    [Theory]
    [InlineData("LIC-1", "a.example")]
    [InlineData("A/B ?#\\C", "Büro/PC+1~x??>")]
    public async Task The_address_that_was_handed_out_gives_the_file(string key, string identifier)
    {
        await using var host = await GivenDownloads.StartAsync(_folder);
        var (product, license) = await GivenAsync(host, key, identifier);

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
        var (_, license) = await GivenAsync(host, "A/B", "x/y");
        var url = await host.AddressAsync(license, "x/y");

        using var answer = await host.Http.GetAsync(new Uri(url.Replace("/api/v1/", "/v1/", StringComparison.Ordinal)));

        Assert.Equal("content", await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task An_api_key_is_accepted_in_the_place_of_the_token()
    {
        await using var host = await GivenDownloads.StartAsync(_folder);
        var (_, license) = await GivenAsync(host);

        using var answer = await host.Http.GetAsync(Address(await host.NewApiKeyAsync("download"), license));

        Assert.Equal("content", await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task An_api_key_without_the_capability_is_not()
    {
        await using var host = await GivenDownloads.StartAsync(_folder);
        var (product, license) = await GivenAsync(host);

        var answer = await ReadAsync(host, Address(await host.NewApiKeyAsync("access-downloadables"), license));

        answer.ShouldBe(102, "The used API key doesn't have the required capability to access this endpoint", status: 401);
        Assert.Equal(0, await host.CountAsync(product));
    }

    [Theory]
    [InlineData("lk_guess")]
    [InlineData("dl_guess")]
    [InlineData("dl_!!!")]
    public async Task What_is_no_token_is_an_api_key_that_does_not_exist(string credential)
    {
        await using var host = await GivenDownloads.StartAsync(_folder);
        var (_, license) = await GivenAsync(host);

        (await ReadAsync(host, Address(credential, license))).ShouldBe(100, "Invalid API Key", status: 401);
    }

    [Fact]
    public async Task A_token_is_good_for_an_hour()
    {
        await using var host = await GivenDownloads.StartAsync(_folder, _time);
        var (_, license) = await GivenAsync(host);
        var url = new Uri(await host.AddressAsync(license));
        _time.Advance(TimeSpan.FromMinutes(59));
        Assert.True((await host.Http.GetAsync(url)).Content.Headers.ContentDisposition is not null);
        _time.Advance(TimeSpan.FromMinutes(2));

        (await ReadAsync(host, url)).ShouldBe(701, "You don't have permission to access it");
    }

    [Fact]
    public async Task A_token_is_good_for_its_license_and_identifier_alone()
    {
        await using var host = await GivenDownloads.StartAsync(_folder);
        var (product, license) = await GivenAsync(host);
        var other = await host.ActiveLicenseAsync(product);
        await host.PostAsync("/api/v1/activate", ("license_key", license.Key), ("identifier", "b.example"));
        var token = (await host.AddressAsync(license)).Split('/')[6];

        (await ReadAsync(host, Address(token, other))).ShouldBe(701, "You don't have permission to access it");
        (await ReadAsync(host, Address(token, license, "b.example"))).ShouldBe(701, "You don't have permission to access it");
        Assert.Equal(0, await host.CountAsync(product));
    }

    [Fact]
    public async Task After_a_deactivation_the_token_is_good_for_nothing()
    {
        await using var host = await GivenDownloads.StartAsync(_folder);
        var (_, license) = await GivenAsync(host);
        var url = new Uri(await host.AddressAsync(license));
        await host.PostAsync("/api/v1/deactivate", ("license_key", license.Key), ("identifier", "a.example"));

        (await ReadAsync(host, url)).ShouldBe(701, "You don't have permission to access it");
    }

    [Fact]
    public async Task A_blocked_license_and_a_blocked_address_are_refused_in_spite_of_the_token()
    {
        await using var host = await GivenDownloads.StartAsync(_folder);
        var (_, license) = await GivenAsync(host);
        var url = new Uri(await host.AddressAsync(license));
        await host.PostAsync("/api/v1/update-license-key", ("license_key", license.Key), ("status", "blocked"));

        (await ReadAsync(host, url)).ShouldBe(204, "License key blocked");
        await host.Services.GetRequiredService<AccessRules>().ChangeAsync(rules => rules with { Ips = ["192.0.2.0/24"] }, CancellationToken.None);
        (await ReadAsync(host, url)).ShouldBe(150, "Access denied", status: 403);
    }

    [Fact]
    public async Task Versions_that_are_unknown_unpublished_or_another_products_do_not_exist()
    {
        await using var host = await GivenDownloads.StartAsync(_folder);
        var (product, license) = await GivenAsync(host);
        await host.ReleaseAsync(product, "1.0.3", publish: false);
        await host.ReleaseAsync(await host.ProductAsync(), "4.4.4");

        foreach (var version in new[] { "103", "444", "999", "latest", "-1" })
            (await ReadAsync(host, Address(host.ApiKey, license, version: version))).ShouldBe(700, "The request file doesn't exist");
    }

    [Fact]
    public async Task A_file_that_was_lost_does_not_exist_and_is_not_counted()
    {
        await using var host = await GivenDownloads.StartAsync(_folder);
        var (product, license) = await GivenAsync(host);
        Directory.Delete(_folder["downloads"], recursive: true);

        (await ReadAsync(host, Address(host.ApiKey, license))).ShouldBe(700, "The request file doesn't exist");
        Assert.Equal(0, await host.CountAsync(product));
    }

    [Fact]
    public async Task An_identifier_that_is_not_base64_is_none()
    {
        await using var host = await GivenDownloads.StartAsync(_folder);
        var (_, license) = await GivenAsync(host);

        var answer = await ReadAsync(host, new($"http://localhost/api/v1/download/{host.ApiKey}/{license.Key}/!!!/102"));

        answer.ShouldBe(215, "Identifier is required");
    }

    [Fact]
    public async Task Every_one_of_many_downloads_at_once_is_counted()
    {
        await using var host = await GivenDownloads.StartAsync(_folder);
        var (product, license) = await GivenAsync(host);
        var url = new Uri(await host.AddressAsync(license));

        await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => host.Http.GetByteArrayAsync(url)));

        Assert.Equal(40, await host.CountAsync(product));
    }

    [Fact]
    public async Task Neither_token_nor_license_key_nor_api_key_is_logged()
    {
        await using var host = await GivenDownloads.StartAsync(_folder);
        var (_, license) = await GivenAsync(host);
        var token = (await host.AddressAsync(license)).Split('/')[6];
        await ReadAsync(host, Address(token, license, "b.example"));
        await ReadAsync(host, Address(host.ApiKey, license, version: "999"));

        var log = string.Join('\n', host.Log.All);
        Assert.Contains("Refused download: 701", log, StringComparison.Ordinal);

        Assert.All([token, license.Key, host.ApiKey], secret => Assert.DoesNotContain(secret, log, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("..\\..\\Wid\"get;\r\n.zip", "attachment; filename=\"Widget;.zip\"")]
    [InlineData("/tmp/Größe.zip", "filename*=UTF-8''Gr%C3%B6%C3%9Fe.zip")]
    public async Task The_name_of_the_file_is_a_safe_one(string name, string disposition)
    {
        await using var host = await GivenDownloads.StartAsync(_folder);
        var product = await host.ProductAsync();
        await host.ReleaseAsync(product, "1.0.2", fileName: name);
        var license = await host.ActiveLicenseAsync(product);

        using var answer = await host.Http.GetAsync(Address(host.ApiKey, license));

        Assert.Contains(disposition, Assert.Single(answer.Content.Headers.GetValues("Content-Disposition")), StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private static async Task<(Product Product, License License)> GivenAsync(ApiHost host, string? key = null, string identifier = "a.example")
    {
        var product = await host.ProductAsync();
        await host.ReleaseAsync(product, "1.0.2", "content"u8.ToArray());
        return (product, await host.ActiveLicenseAsync(product, identifier, draft => draft with { Key = key ?? draft.Key }));
    }

    private static Uri Address(string credential, License license, string identifier = "a.example", string version = "102") =>
        new($"http://localhost/api/v1/download/{credential}/{license.Key}/{Convert.ToBase64String(Encoding.UTF8.GetBytes(identifier))}/{version}");

    private static Task<SignedReply> ReadAsync(ApiHost host, Uri address) => host.SendAsync(new(HttpMethod.Get, address), apiKey: null);
}
