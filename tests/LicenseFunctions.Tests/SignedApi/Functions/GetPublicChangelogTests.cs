using LicenseFunctions.Licensing;
using LicenseFunctions.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace LicenseFunctions.Tests.SignedApi.Functions;

public sealed class GetPublicChangelogTests(CatalogApi api) : IClassFixture<CatalogApi>
{
    [Theory]
    [InlineData("/api/v1")]
    [InlineData("/v1")]
    public async Task Anybody_reads_it_and_it_is_empty_before_anything_was_published(string prefix)
    {
        var product = await api.ProductAsync();

        var answer = await GetAsync(api.Host, $"{prefix}/products/{product.Slug}/changelog");

        answer.ShouldBe(1600, "Changelog retrieved successfully", CatalogApi.OwnKey);
        Assert.Equal("""{"code":1600,"message":"Changelog retrieved successfully","changelog":[],"timestamp":1768473000}""", answer.Response.GetRawText());
    }

    [Fact]
    public async Task Published_versions_are_told_newest_first()
    {
        var product = await api.ProductAsync();
        await PublishAsync(product, "1.0.1");
        await PublishAsync(product, "1.0.2");
        await PublishAsync(product, "1.0.3", isPublished: false);

        var answer = await GetAsync(api.Host, $"/api/v1/products/{product.Slug}/changelog");

        Assert.Equal(["1.0.2", "1.0.1"], answer.Response.GetProperty("changelog").EnumerateArray().Select(each => each.GetProperty("version").GetString()));
        Assert.Equal(
            """{"version":"1.0.2","numeric_version":102,"release_date":"2026-01-15 10:30:00","update_summary":"Bugfixes","changelog":"Minor bug fixes"}""",
            answer.Response.GetProperty("changelog")[0].GetRawText());
    }

    [Fact]
    public async Task The_order_is_that_of_the_downloads_whatever_number_stands_for_a_version()
    {
        var product = await api.ProductAsync();
        await PublishAsync(product, "1.0.12");
        await PublishAsync(product, "1.1.0");
        await PublishAsync(product, "9.9.99", daysAgo: 3);
        var license = await api.Host.LicenseAsync(product);
        await api.CallAsync("activate", license, ("identifier", "a.example"));

        var changelog = await GetAsync(api.Host, $"/api/v1/products/{product.Slug}/changelog");
        var downloads = await api.CallAsync("access-downloadables", license, ("identifier", "a.example"));

        Assert.Equal(["1.1.0", "1.0.12", "9.9.99"], VersionsOf(changelog, "changelog"));
        Assert.Equal(VersionsOf(changelog, "changelog"), VersionsOf(downloads, "downloadables"));
    }

    [Fact]
    public async Task It_can_be_switched_off_for_all()
    {
        var product = await api.ProductAsync();
        await using var host = await ApiHost.StartAsync(api.Host.Store, settings: ("Changelog:Enabled", "false"));

        (await GetAsync(host, $"/api/v1/products/{product.Slug}/changelog")).ShouldBe(1601, "Changelog feature is disabled globally");
        (await host.GetAsync($"/api/v1/get-product-changelog?product_uuid={product.Uuid}")).ShouldBe(1601, "Changelog feature is disabled globally");
    }

    [Fact]
    public async Task It_can_be_switched_off_for_a_product_and_one_that_there_is_not_answers_alike()
    {
        var product = await api.ProductAsync(draft => draft with { ShowsChangelog = false });

        (await GetAsync(api.Host, $"/api/v1/products/{product.Slug}/changelog")).ShouldBe(1602, "Changelog not enabled for this product", CatalogApi.OwnKey);
        (await GetAsync(api.Host, "/api/v1/products/none/changelog")).ShouldBe(1602, "Changelog not enabled for this product");
    }

    [Fact]
    public async Task A_blocked_address_is_denied_and_one_that_asks_too_often_must_wait()
    {
        await using var host = await ApiHost.StartAsync(settings: ("RateLimits:LicensePerMinute", "2"));
        var product = await host.ProductAsync();
        var path = $"/api/v1/products/{product.Slug}/changelog";
        await GetAsync(host, path);
        await GetAsync(host, path);

        (await GetAsync(host, path)).ShouldBe(150, "Too many requests", status: 429);
        await host.Services.GetRequiredService<AccessRules>().ChangeAsync(rules => rules with { Ips = ["192.0.2.9"] }, CancellationToken.None);
        host.Address = System.Net.IPAddress.Parse("192.0.2.9");
        (await GetAsync(host, path)).ShouldBe(150, "Access denied", status: 403);
    }

    private static IEnumerable<string?> VersionsOf(SignedReply answer, string list) =>
        answer.Response.GetProperty(list).EnumerateArray().Select(each => each.GetProperty("version").GetString());

    private static Task<SignedReply> GetAsync(ApiHost host, string path) => host.SendAsync(new(HttpMethod.Get, path), null);

    private async Task PublishAsync(Product product, string version, bool isPublished = true, int daysAgo = 0) => Assert.NotNull(
        await api.Host.Services.GetRequiredService<Downloads>().AddAsync(new Download
        {
            ProductId = product.Id,
            Version = version,
            UpdateSummary = "Bugfixes",
            Changelog = "Minor bug fixes",
            IsPublished = isPublished,
            ReleaseDate = (api.Clock.GetUtcNow() - TimeSpan.FromDays(daysAgo)).ToUnixTimeMilliseconds(),
            FileName = "widget.zip",
            Size = 1,
            Sha256 = LicenseRows.Hash(version),
        }, CancellationToken.None));
}
