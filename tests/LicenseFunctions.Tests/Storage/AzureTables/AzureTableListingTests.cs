using System.Net;
using LicenseFunctions.Storage;
using LicenseFunctions.Storage.AzureTables;
using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.Storage.AzureTables;

public sealed class AzureTableListingTests
{
    private const string Table = TableNames.Catalog;

    [AzuriteFact]
    public async Task A_listing_goes_on_over_pages_of_a_thousand()
    {
        var handler = new ScriptedHandler();
        var store = await Azurite.NewStoreAsync(await Azurite.NewConnectionStringAsync(), handler);
        var keys = Enumerable.Range(0, 1100).Select(i => $"{i:D4}").ToList();
        foreach (var some in keys.Chunk(100))
            await AddAsync(store, "p", some);
        handler.Sent.Clear();

        Assert.Equal(keys, await KeysAsync(store, new(Table, "p")));
        Assert.Equal(2, handler.Sent.Count);
        Assert.Equal(1100, (await KeysAsync(store, new(Table, null))).Count);
    }

    [AzuriteFact]
    public async Task A_limit_and_a_start_are_told_to_the_service()
    {
        var handler = new ScriptedHandler();
        var store = await Azurite.NewStoreAsync(await Azurite.NewConnectionStringAsync(), handler);
        await AddAsync(store, "p", "a", "b", "ba", "c", "d");
        handler.Sent.Clear();

        Assert.Equal(["b", "ba"], await KeysAsync(store, new(Table, "p") { From = "aa", Limit = 2 }));
        Assert.Equal(["ba"], await KeysAsync(store, new(Table, "p", "b") { From = "b0" }));
        Assert.Empty(await KeysAsync(store, new(Table, "p") { Limit = 0 }));
        Assert.Equal(2, handler.Sent.Count);
        Assert.Contains("$top=2", handler.Sent.First().Uri.Query, StringComparison.Ordinal);
    }

    [AzuriteTheory]
    [InlineData("a'", "a'1", "a'z")]
    [InlineData("a~", "a~", "a~b")]
    [InlineData("a\uFFFD", "a\uFFFD", "a\uFFFDb")]
    [InlineData("a\uD7FF", "a\uD7FF", "a\uD7FFb")]
    [InlineData("a\U0001F511", "a\U0001F511", "a\U0001F511b")]
    [InlineData("a&", "a&", "a&b")]
    public async Task A_prefix_finds_just_the_keys_that_begin_with_it(string prefix, params string[] expected)
    {
        var store = await Azurite.NewStoreAsync();
        await AddAsync(store, "p", [.. expected, "a", "a!", "b", "ab", "a\uE000", "A'"]);
        await AddAsync(store, "q", expected);

        Assert.Equal(expected, await KeysAsync(store, new(Table, "p", prefix)));
        Assert.Equal(expected.Length * 2, (await KeysAsync(store, new(Table, null, prefix))).Count);
    }

    [Fact]
    public async Task An_empty_page_that_has_a_next_one_is_not_the_end()
    {
        using var handler = new ScriptedHandler()
            .Answer(HttpStatusCode.OK, """{"value":[]}""", ("x-ms-continuation-NextPartitionKey", "1!4!cA--"), ("x-ms-continuation-NextRowKey", "1!4!eA--"))
            .Answer(HttpStatusCode.OK, """{"value":[{"odata.etag":"W/\"1\"","PartitionKey":"p","RowKey":"x"}]}""", ("x-ms-continuation-NextPartitionKey", "1!4!cQ--"))
            .Answer(HttpStatusCode.OK, """{"value":[]}""");
        var store = Offline.Store(handler);

        Assert.Equal(["x"], await KeysAsync(store, new(Table, "p")));
        var queries = handler.Sent.Select(sent => sent.Uri.Query).ToList();
        Assert.Contains("NextPartitionKey=1%214%21cA--&NextRowKey=1%214%21eA--", queries[1], StringComparison.Ordinal);
        Assert.Contains("NextPartitionKey=1%214%21cQ--", queries[2], StringComparison.Ordinal);
        Assert.DoesNotContain("NextRowKey", queries[2], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_start_without_a_partition_is_refused()
    {
        using var handler = new ScriptedHandler();

        await Assert.ThrowsAsync<ArgumentException>(() => KeysAsync(Offline.Store(handler), new(Table, null) { From = "x" }));
        Assert.Empty(handler.Sent);
    }

    private static async Task AddAsync(AzureTableStore store, string partition, params string[] keys) =>
        Assert.True((await store.CommitAsync(Table, partition, [.. keys.Select(k => RowChange.Insert(k, new()))], default)).Committed);

    private static async Task<List<string>> KeysAsync(AzureTableStore store, RowRange range) =>
        await store.ListAsync(range, default).Select(row => row.Key).ToListAsync();
}
