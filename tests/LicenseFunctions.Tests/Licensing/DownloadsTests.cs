using LicenseFunctions.Licensing;
using LicenseFunctions.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace LicenseFunctions.Tests.Licensing;

public sealed class DownloadsTests
{
    private static readonly Download Draft = new() { ProductId = 1, Version = "1.0.12", FileName = "x.zip", Size = 1, Sha256 = "" };

    [Fact]
    public async Task Versions_with_the_same_digits_have_different_numbers()
    {
        await using var host = await ApiHost.StartAsync();
        var downloads = host.Services.GetRequiredService<Downloads>();

        var first = await downloads.AddAsync(Draft, default);
        var second = await downloads.AddAsync(Draft with { Version = "10.1.2" }, default);
        var ofAnother = await downloads.AddAsync(Draft with { Version = "10.1.2", ProductId = 2 }, default);

        Assert.Equal((1012, 101201, 1012), (first!.NumericVersion, second!.NumericVersion, ofAnother!.NumericVersion));
        Assert.Equal("10.1.2", (await downloads.FindAsync(1, 101201, default))!.Version);
    }

    [Fact]
    public async Task A_version_is_added_once_however_many_try()
    {
        await using var host = await ApiHost.StartAsync();
        var downloads = host.Services.GetRequiredService<Downloads>();

        var added = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => downloads.AddAsync(Draft, default)));

        Assert.Single(added, download => download is not null);
        Assert.Single(await downloads.ListAsync(1, publishedOnly: false, default));
    }

    [Fact]
    public async Task A_version_that_was_removed_is_gone_and_can_be_added_again()
    {
        await using var host = await ApiHost.StartAsync();
        var downloads = host.Services.GetRequiredService<Downloads>();
        var first = await downloads.AddAsync(Draft, default);

        Assert.Equal(first, await downloads.RemoveAsync(1, "1.0.12", default));

        Assert.False(await downloads.HasVersionAsync(1, "1.0.12", default));
        Assert.Null(await downloads.RemoveAsync(1, "1.0.12", default));
        await downloads.CountAsync(first!);
        Assert.Equal(0, (await downloads.AddAsync(Draft, default))!.DownloadCounter);
    }

    [Fact]
    public async Task A_version_can_be_published_later()
    {
        await using var host = await ApiHost.StartAsync();
        var downloads = host.Services.GetRequiredService<Downloads>();
        await downloads.AddAsync(Draft, default);
        Assert.Empty(await downloads.ListAsync(1, publishedOnly: true, default));

        await downloads.UpdateAsync(1, "1.0.12", download => download with { IsPublished = true }, default);

        Assert.Single(await downloads.ListAsync(1, publishedOnly: true, default));
        Assert.Null(await downloads.UpdateAsync(1, "9", download => download, default));
    }

    [Fact]
    public async Task A_list_is_newest_first_by_release_then_by_entry()
    {
        await using var host = await ApiHost.StartAsync();
        var downloads = host.Services.GetRequiredService<Downloads>();
        foreach (var (version, date) in new[] { ("2.0", 5), ("1.10", 5), ("1.9", 9), ("1.0", 1) })
            await downloads.AddAsync(Draft with { Version = version, ReleaseDate = date }, default);

        var list = await downloads.ListAsync(1, publishedOnly: false, default);

        Assert.Equal(["1.9", "1.10", "2.0", "1.0"], list.Select(download => download.Version));
    }

    [AzuriteFact]
    public async Task On_table_storage_it_is_the_same()
    {
        await using var host = await ApiHost.StartAsync(await Azurite.NewStoreAsync());
        var downloads = host.Services.GetRequiredService<Downloads>();
        var added = await downloads.AddAsync(Draft with { IsPublished = true }, default);

        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => downloads.CountAsync(added!)));

        Assert.Equal(added! with { DownloadCounter = 10 }, Assert.Single(await downloads.ListAsync(1, publishedOnly: true, default)));
        Assert.NotNull(await downloads.RemoveAsync(1, "1.0.12", default));
        Assert.Empty(await downloads.ListAsync(1, publishedOnly: false, default));
    }
}
