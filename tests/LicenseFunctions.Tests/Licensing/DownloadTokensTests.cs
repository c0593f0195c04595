using LicenseFunctions.Licensing;
using LicenseFunctions.Storage;
using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.Licensing;

public sealed class DownloadTokensTests
{
    private readonly ManualTimeProvider _time = new();

    [Fact]
    public async Task Instances_that_make_the_secret_at_once_accept_the_tokens_of_each_other()
    {
        await using var host = await ApiHost.StartAsync();
        var instances = Enumerable.Range(0, 8).Select(_ => new DownloadTokens(host.Store, _time)).ToArray();

        var tokens = await Task.WhenAll(instances.Select(instance => Task.Run(() => instance.IssueAsync("L", "i", default))));

        foreach (var instance in instances)
            Assert.Equal(DownloadTokenStanding.Valid, await instance.CheckAsync(tokens[0], "L", "i", default));
        Assert.Single(tokens.Distinct());
    }

    [Fact]
    public async Task A_token_with_one_bit_changed_is_refused()
    {
        await using var host = await ApiHost.StartAsync();
        var tokens = new DownloadTokens(host.Store, _time);
        var token = await tokens.IssueAsync("L", "i", default);

        foreach (var place in new[] { 4, 10, 14, 30, 50 })
        {
            var changed = token.ToCharArray();
            changed[place] = changed[place] == 'A' ? 'B' : 'A';
            Assert.Equal(DownloadTokenStanding.Refused, await tokens.CheckAsync(new(changed), "L", "i", default));
        }
    }

    [Fact]
    public async Task A_secret_that_was_replaced_holds_after_a_minute()
    {
        await using var host = await ApiHost.StartAsync();
        var tokens = new DownloadTokens(host.Store, _time);
        var token = await tokens.IssueAsync("L", "i", default);
        await host.Store.CommitAsync(
            TableNames.Catalog, "secret", [RowChange.Upsert("download-tokens", new() { ["secret"] = new byte[32] })], default);
        _time.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(DownloadTokenStanding.Refused, await tokens.CheckAsync(token, "L", "i", default));
    }
}
