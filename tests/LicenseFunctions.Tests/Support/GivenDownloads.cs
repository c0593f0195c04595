using LicenseFunctions.Licensing;
using Microsoft.Extensions.DependencyInjection;

namespace LicenseFunctions.Tests.Support;

/// <summary>Versions to be downloaded, and licenses that may.</summary>
public static class GivenDownloads
{
    /// <summary>A host whose files lie in a folder of the test's.</summary>
    public static Task<ApiHost> StartAsync(TemporaryFolder folder, TimeProvider? time = null) =>
        ApiHost.StartAsync(time: time, settings: ("Downloads:Path", folder["downloads"]));

    /// <summary>A published version; its content is its version unless told otherwise.</summary>
    public static async Task<Download> ReleaseAsync(
        this ApiHost host, Product product, string version, byte[]? content = null, bool publish = true, string fileName = "widget.zip")
    {
        var (outcome, download) = await host.Services.GetRequiredService<DownloadReleases>().AddAsync(
            new(product.Id, version, fileName, "Bugfixes", "Minor bug fixes", publish),
            new MemoryStream(content ?? System.Text.Encoding.UTF8.GetBytes(version)), CancellationToken.None);
        Assert.Equal(ReleaseOutcome.Added, outcome);
        return download!;
    }

    /// <summary>A license of the product with one active identifier.</summary>
    public static async Task<License> ActiveLicenseAsync(
        this ApiHost host, Product product, string identifier = "a.example", Func<License, License>? change = null)
    {
        var license = await host.LicenseAsync(product, change);
        var answer = await host.PostAsync("/api/v1/activate", ("license_key", license.Key), ("identifier", identifier));
        Assert.Equal("300", answer.Code);
        return license;
    }

    /// <summary>Where the newest version can be downloaded.</summary>
    public static async Task<string> AddressAsync(this ApiHost host, License license, string identifier = "a.example")
    {
        var answer = await host.PostAsync("/api/v1/access-downloadables", ("license_key", license.Key), ("identifier", identifier));
        answer.ShouldBe(600, "Downloads");
        return answer.Response.GetProperty("downloadables")[0].GetProperty("url").GetString()!;
    }

    /// <summary>How often the one version of the product was downloaded.</summary>
    public static async Task<long> CountAsync(this ApiHost host, Product product) => Assert.Single(
        await host.Services.GetRequiredService<Downloads>().ListAsync(product.Id, publishedOnly: false, CancellationToken.None)).DownloadCounter;

    /// <summary>A product with version 1.0.2, whose content is "content", and an active license of it.</summary>
    public static async Task<(Product Product, License License)> DownloadableAsync(
        this ApiHost host, string? key = null, string identifier = "a.example")
    {
        var product = await host.ProductAsync();
        await host.ReleaseAsync(product, "1.0.2", "content"u8.ToArray());
        return (product, await host.ActiveLicenseAsync(product, identifier, draft => draft with { Key = key ?? draft.Key }));
    }

    /// <summary>An address put together by a client.</summary>
    public static Uri Address(string credential, License license, string identifier = "a.example", string version = "102") => new(
        $"http://localhost/api/v1/download/{credential}/{license.Key}/{Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(identifier))}/{version}");

    /// <summary>Reads an answer that is an envelope.</summary>
    public static Task<SignedReply> ReadAsync(this ApiHost host, Uri address) => host.SendAsync(new(HttpMethod.Get, address), apiKey: null);
}
