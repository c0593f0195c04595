using LicenseFunctions.Files;
using LicenseFunctions.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace LicenseFunctions.Tests;

public sealed class DownloadReleasesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task A_version_is_added_once_to_a_product_that_exists()
    {
        await using var host = await GivenDownloads.StartAsync(_folder);
        var releases = host.Services.GetRequiredService<DownloadReleases>();
        var product = await host.ProductAsync();

        var (added, download) = await releases.AddAsync(new(product.Id, " 1.0.2 ", "w.zip"), new MemoryStream([1, 2]), default);

        Assert.Equal((ReleaseOutcome.Added, "1.0.2", 2, false), (added, download!.Version, download.Size, download.IsPublished));
        Assert.Equal(ReleaseOutcome.VersionExists, (await releases.AddAsync(new(product.Id, "1.0.2", "w.zip"), new MemoryStream([3]), default)).Outcome);
        Assert.Equal(ReleaseOutcome.ProductUnknown, (await releases.AddAsync(new(99, "1.0.2", "w.zip"), new MemoryStream([3]), default)).Outcome);
        Assert.Single(await releases.ListAsync(product.Id, default));
    }

    [Fact]
    public async Task A_file_goes_with_the_last_version_that_has_it()
    {
        await using var host = await GivenDownloads.StartAsync(_folder);
        var releases = host.Services.GetRequiredService<DownloadReleases>();
        var files = host.Services.GetRequiredService<IFileStore>();
        var product = await host.ProductAsync();
        var first = await host.ReleaseAsync(product, "1.0.1", [7]);
        await host.ReleaseAsync(product, "1.0.2", [7]);

        await releases.RemoveAsync(product.Id, "1.0.1", default);
        Assert.True(await ExistsAsync());

        await releases.RemoveAsync(product.Id, "1.0.2", default);
        Assert.False(await ExistsAsync());
        Assert.Null(await releases.RemoveAsync(product.Id, "1.0.2", default));

        async Task<bool> ExistsAsync()
        {
            await using var stream = await files.OpenAsync(first.Sha256, 0, 1, default);
            return stream is not null;
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("beta")]
    [InlineData("1.0\n2")]
    [InlineData("1.00000000000000000000000000000000000000000000000000000000000000000")]
    public async Task A_version_that_cannot_be_kept_is_refused(string version)
    {
        await using var host = await GivenDownloads.StartAsync(_folder);
        var product = await host.ProductAsync();

        await Assert.ThrowsAsync<ArgumentException>(() =>
            host.Services.GetRequiredService<DownloadReleases>().AddAsync(new(product.Id, version, "w.zip"), new MemoryStream([1]), default));
    }

    public void Dispose() => _folder.Dispose();
}
