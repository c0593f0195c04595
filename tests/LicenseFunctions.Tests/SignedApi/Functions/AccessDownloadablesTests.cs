using LicenseFunctions.Licensing;
using LicenseFunctions.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace LicenseFunctions.Tests.SignedApi.Functions;

public sealed class AccessDownloadablesTests : IDisposable
{
    private const string Path = "/api/v1/access-downloadables";

    private static readonly string[] Documented =
    [
        "id", "product_id", "numeric_version", "version", "update_summary", "changelog", "published", "release_date", "download_counter", "url",
    ];

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task The_published_versions_are_listed_newest_first_with_the_documented_fields()
    {
        await using var host = await GivenDownloads.StartAsync(_folder, new ManualTimeProvider());
        var product = await host.ProductAsync();
        await host.ReleaseAsync(product, "1.0.1");
        await host.ReleaseAsync(product, "1.0.2");
        await host.ReleaseAsync(product, "2.0.0", publish: false);
        await host.ReleaseAsync(await host.ProductAsync(), "9.9.9");
        var license = await host.ActiveLicenseAsync(product, "domain.ltd");

        var answer = await host.PostAsync(Path, ("license_key", license.Key), ("identifier", "domain.ltd"));

        answer.ShouldBe(600, "Downloads");
        var rows = answer.Response.GetProperty("downloadables").EnumerateArray().ToArray();
        Assert.Equal([102, 101], rows.Select(row => row.GetProperty("numeric_version").GetInt64()));
        Assert.All(rows, row => Assert.Equal(Documented, row.EnumerateObject().Select(field => field.Name)));
        Assert.Equal("2026-01-15 00:00:00", rows[0].GetProperty("release_date").GetString());
        Assert.Equal(1, rows[0].GetProperty("published").GetInt32());
    }

    [Fact]
    public async Task The_address_names_host_token_license_identifier_and_version_percent_encoded()
    {
        await using var host = await GivenDownloads.StartAsync(_folder);
        var product = await host.ProductAsync();
        await host.ReleaseAsync(product, "1.0.2");
        var license = await host.ActiveLicenseAsync(product, "domain.ltd", draft => draft with { Key = "A/B?C" });

        var url = await host.AddressAsync(license, "domain.ltd");

        Assert.StartsWith("http://localhost/api/v1/download/dl_", url, StringComparison.Ordinal);
        Assert.EndsWith("/A%2FB%3FC/ZG9tYWluLmx0ZA%3D%3D/102", url, StringComparison.Ordinal);
        Assert.DoesNotContain(host.ApiKey, url, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_identifier_that_is_not_active_gets_no_address()
    {
        await using var host = await GivenDownloads.StartAsync(_folder);
        var license = await host.ActiveLicenseAsync(await host.ProductAsync());

        var answer = await host.PostAsync(Path, ("license_key", license.Key), ("identifier", "b.example"));

        answer.ShouldBe(202, "No activation found for this license key/identifier combination");
    }

    [Fact]
    public async Task Without_an_identifier_it_is_asked_for()
    {
        await using var host = await GivenDownloads.StartAsync(_folder);
        var license = await host.LicenseAsync();

        (await host.PostAsync(Path, ("license_key", license.Key))).ShouldBe(215, "Identifier is required");
    }

    [Fact]
    public async Task An_expired_license_gets_no_address_where_the_product_cares()
    {
        var time = new ManualTimeProvider();
        await using var host = await GivenDownloads.StartAsync(_folder, time);
        var product = await host.ProductAsync(draft => draft with { RequiresNonExpired = true });
        var license = await host.ActiveLicenseAsync(product, change: draft => draft with { ValidityDays = 1 });
        time.Advance(TimeSpan.FromDays(2));

        var answer = await host.PostAsync(Path, ("license_key", license.Key), ("identifier", "a.example"));

        answer.ShouldBe(205, "License key expired");
    }

    [Fact]
    public async Task A_product_with_a_key_of_its_own_signs()
    {
        await using var host = await GivenDownloads.StartAsync(_folder);
        await host.Keys.CreateAsync("downloads-test", CancellationToken.None);
        var product = await host.ProductAsync(draft => draft with { SigningKeyName = "downloads-test" });
        var license = await host.ActiveLicenseAsync(await host.ProductAsync());
        await host.Services.GetRequiredService<Products>().UpdateAsync(license.ProductId, draft => draft with { SigningKeyName = product.SigningKeyName }, CancellationToken.None);

        var answer = await host.PostAsync(Path, ("license_key", license.Key), ("identifier", "a.example"));

        answer.ShouldBe(600, "Downloads", signedBy: "downloads-test");
        Assert.Empty(answer.Response.GetProperty("downloadables").EnumerateArray());
    }

    public void Dispose() => _folder.Dispose();
}
