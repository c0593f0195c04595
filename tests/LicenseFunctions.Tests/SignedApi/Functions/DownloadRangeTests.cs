using System.Net;
using System.Net.Http.Headers;
using LicenseFunctions.Licensing;
using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.SignedApi.Functions;

public sealed class DownloadRangeTests : IAsyncLifetime, IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private ApiHost _host = null!;
    private Product _product = null!;
    private Uri _url = null!;

    public async Task InitializeAsync()
    {
        _host = await GivenDownloads.StartAsync(_folder);
        _product = await _host.ProductAsync();
        await _host.ReleaseAsync(_product, "1.0.2", "0123456789"u8.ToArray());
        _url = new(await _host.AddressAsync(await _host.ActiveLicenseAsync(_product)));
    }

    [Theory]
    [InlineData("bytes=0-3", "0123", "bytes 0-3/10", 1)]
    [InlineData("bytes=4-", "456789", "bytes 4-9/10", 0)]
    [InlineData("bytes=4-99", "456789", "bytes 4-9/10", 0)]
    [InlineData("bytes=-3", "789", "bytes 7-9/10", 0)]
    [InlineData("bytes=-99", "0123456789", "bytes 0-9/10", 1)]
    public async Task One_range_is_sent_as_such_and_counted_where_it_is_the_first(string range, string content, string contentRange, int counted)
    {
        using var answer = await GetAsync(range);

        Assert.Equal(HttpStatusCode.PartialContent, answer.StatusCode);
        Assert.Equal(content, await answer.Content.ReadAsStringAsync());
        Assert.Equal(contentRange, answer.Content.Headers.ContentRange!.ToString());
        Assert.Equal(counted, await _host.CountAsync(_product));
    }

    [Theory]
    [InlineData("bytes=10-")]
    [InlineData("bytes=-0")]
    public async Task A_range_that_is_not_there_cannot_be_satisfied(string range)
    {
        using var answer = await GetAsync(range);

        Assert.Equal(HttpStatusCode.RequestedRangeNotSatisfiable, answer.StatusCode);
        Assert.Equal("bytes */10", answer.Content.Headers.ContentRange!.ToString());
        Assert.Equal(0, await _host.CountAsync(_product));
    }

    [Theory]
    [InlineData("bytes=0-1,4-5")]
    [InlineData("lines=1-2")]
    [InlineData("bytes=5-2")]
    [InlineData("nonsense")]
    public async Task Anything_else_gets_the_whole_file(string range)
    {
        using var answer = await GetAsync(range);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("0123456789", await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_download_goes_on_where_it_was_broken_off_as_long_as_the_file_is_the_same()
    {
        using var first = await GetAsync("bytes=0-4");
        var tag = first.Headers.ETag!;

        using var rest = await GetAsync("bytes=5-", tag);
        using var other = await GetAsync("bytes=5-", new("\"other\""));

        Assert.False(tag.IsWeak);
        Assert.Equal("56789", await rest.Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.OK, other.StatusCode);
        Assert.Equal("0123456789", await other.Content.ReadAsStringAsync());
        Assert.Equal(2, await _host.CountAsync(_product));
    }

    [Fact]
    public async Task An_empty_file_is_sent_whole()
    {
        var product = await _host.ProductAsync();
        await _host.ReleaseAsync(product, "1", []);
        _url = new(await _host.AddressAsync(await _host.ActiveLicenseAsync(product)));

        using var answer = await _host.Http.GetAsync(_url);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Empty(await answer.Content.ReadAsByteArrayAsync());
    }

    public async Task DisposeAsync() => await _host.DisposeAsync();

    public void Dispose() => _folder.Dispose();

    private Task<HttpResponseMessage> GetAsync(string range, EntityTagHeaderValue? ifRange = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, _url);
        request.Headers.TryAddWithoutValidation("Range", range);
        if (ifRange is not null)
            request.Headers.IfRange = new(ifRange);
        return _host.Http.SendAsync(request);
    }
}
