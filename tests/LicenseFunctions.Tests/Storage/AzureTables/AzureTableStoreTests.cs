using LicenseFunctions.Storage;
using LicenseFunctions.Storage.AzureTables;
using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.Storage.AzureTables;

public sealed class AzureTableStoreTests
{
    private const string Table = TableNames.Licenses;

    [AzuriteFact]
    public async Task Every_kind_of_value_comes_back_as_it_was_written()
    {
        var store = await Azurite.NewStoreAsync();
        var values = new RowValues
        {
            ["text"] = "x", ["empty"] = "", ["unicode"] = "ÄöŁ 漢字 \U0001F511 \u2028\r\n\t'\"{}\\",
            ["number"] = long.MaxValue, ["least"] = long.MinValue, ["small"] = 7L, ["yes"] = true, ["no"] = false,
            ["bytes"] = new byte[] { 0, 1, 255 }, ["none"] = Array.Empty<byte>(), ["looksLikeTime"] = "2024-01-01T00:00:00Z",
        };

        await CommitAsync(store, "p", RowChange.Insert("single", values));
        await CommitAsync(store, "p", RowChange.Insert("first", values), RowChange.Upsert("second", values));

        foreach (var key in (string[])["single", "first", "second"])
        {
            var row = await store.FindAsync(Table, "p", key, default);
            Assert.Equal(values.OrderBy(v => v.Key, StringComparer.Ordinal), row!.Values.OrderBy(v => v.Key, StringComparer.Ordinal));
        }
    }

    [AzuriteTheory]
    [InlineData("it's", "o''clock")]
    [InlineData("Grüße 漢字", "\U0001F511 key")]
    [InlineData("50%25+1&x=y;:@$,", "(a)='b'~*!|<>^`[]{}\"")]
    [InlineData(".", "..")]
    public async Task Keys_of_any_allowed_characters_are_found_changed_and_deleted(string partition, string key)
    {
        var store = await Azurite.NewStoreAsync();
        var added = await CommitAsync(store, partition, RowChange.Insert(key, new() { ["n"] = 1L }));
        var changed = await CommitAsync(store, partition, RowChange.Replace(key, new() { ["n"] = 2L }, added.ETags[0]));
        var together = await CommitAsync(
            store, partition, RowChange.Replace(key, new() { ["n"] = 3L }, changed.ETags[0]), RowChange.Insert(key + "'2", new()));

        var row = await store.FindAsync(Table, partition, key, default);
        Assert.Equal((partition, key, 3L, together.ETags[0]), (row!.Partition, row.Key, row.Values.GetNumber("n"), row.ETag));
        Assert.Equal(2, (await ListAsync(store, new(Table, partition, key))).Count);

        Assert.True((await CommitAsync(store, partition, RowChange.Delete(key, row.ETag))).Committed);
        Assert.Null(await store.FindAsync(Table, partition, key, default));
    }

    [AzuriteFact]
    public async Task The_answer_of_a_commit_has_the_tags_that_a_read_finds()
    {
        var store = await Azurite.NewStoreAsync();
        var gone = await CommitAsync(store, "p", RowChange.Insert("gone", new()));

        var result = await CommitAsync(
            store, "p", RowChange.Insert("a", new()), RowChange.Delete("gone", gone.ETags[0]), RowChange.Upsert("b", new()));

        Assert.Equal((await store.FindAsync(Table, "p", "a", default))!.ETag, result.ETags[0]);
        Assert.Equal("", result.ETags[1]);
        Assert.Equal((await store.FindAsync(Table, "p", "b", default))!.ETag, result.ETags[2]);
    }

    [AzuriteFact]
    public async Task A_refused_commit_names_the_change_and_makes_none()
    {
        var store = await Azurite.NewStoreAsync();
        var old = await CommitAsync(store, "p", RowChange.Insert("x", new()));
        await CommitAsync(store, "p", RowChange.Upsert("x", new() { ["n"] = 1L }));

        var duplicate = await CommitAsync(store, "p", RowChange.Insert("a", new()), RowChange.Insert("b", new()), RowChange.Insert("x", new()));
        var stale = await CommitAsync(store, "p", RowChange.Insert("a", new()), RowChange.Replace("x", new(), old.ETags[0]));
        var missing = await CommitAsync(store, "p", RowChange.Insert("a", new()), RowChange.Delete("none", old.ETags[0]));

        Assert.Equal((2, 1, 1), (duplicate.Conflict, stale.Conflict, missing.Conflict));
        Assert.Equal(["x"], (await ListAsync(store, new(Table, "p"))).Select(r => r.Key));
    }

    [AzuriteFact]
    public async Task A_single_change_whose_condition_does_not_hold_is_refused()
    {
        var store = await Azurite.NewStoreAsync();
        var old = (await CommitAsync(store, "p", RowChange.Insert("x", new()))).ETags[0];
        await CommitAsync(store, "p", RowChange.Upsert("x", new()));

        foreach (var change in (RowChange[])
            [
                RowChange.Insert("x", new()), RowChange.Replace("x", new(), old), RowChange.Delete("x", old),
                RowChange.Replace("none", new(), old), RowChange.Delete("none", old),
                RowChange.Replace("none", new(), "*"), RowChange.Delete("none", "*"), RowChange.Delete("x", ""), RowChange.Replace("x", new(), "nonsense"),
            ])
            Assert.Equal(0, (await CommitAsync(store, "p", change)).Conflict);
    }

    [AzuriteFact]
    public async Task A_commit_takes_a_hundred_changes_and_no_more()
    {
        var store = await Azurite.NewStoreAsync();
        var changes = Enumerable.Range(0, 101).Select(i => RowChange.Insert($"{i:D3}", new() { ["n"] = i })).ToArray();

        Assert.Equal(100, (await CommitAsync(store, "p", changes[..100])).ETags.Count);
        await Assert.ThrowsAsync<ArgumentException>(() => CommitAsync(store, "q", changes));
        Assert.Equal(100, (await ListAsync(store, new(Table, null))).Count);
    }

    [AzuriteFact]
    public async Task A_property_that_the_store_keeps_for_itself_is_refused()
    {
        var store = await Azurite.NewStoreAsync();

        foreach (var name in (string[])["_writes", "Timestamp", "PartitionKey", "odata.etag"])
            await Assert.ThrowsAsync<ArgumentException>(() => CommitAsync(store, "p", RowChange.Insert("x", new() { [name] = 1L })));
    }

    [AzuriteFact]
    public async Task Tables_that_exist_are_left_as_they_are()
    {
        var store = await Azurite.NewStoreAsync();
        await CommitAsync(store, "p", RowChange.Insert("x", new()));

        await store.EnsureTablesAsync(default);

        Assert.NotNull(await store.FindAsync(Table, "p", "x", default));
    }

    private static async Task<CommitResult> CommitAsync(AzureTableStore store, string partition, params RowChange[] changes) =>
        await store.CommitAsync(Table, partition, changes, default);

    private static async Task<List<Row>> ListAsync(AzureTableStore store, RowRange range) =>
        await store.ListAsync(range, default).ToListAsync();
}
