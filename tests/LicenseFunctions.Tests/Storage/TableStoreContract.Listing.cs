using LicenseFunctions.Storage;
using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.Storage;

/// <summary>Listings.</summary>
public abstract partial class TableStoreContract
{
    // In ordinal order. The pair of U+1F600 sorts before U+E000 by UTF-16 unit, after it by code point.
    private static readonly string[] Ordered =
    [
        "a", "ab", "ab ", "ab!", "ab-1", "ab.", "abA", "aba", "abc", "ab~", "ab\u00a0", "ab\u00e9", "ab\u07ff", "ab\u0800", "ab\u20ac",
        "ab\ud7ff", "ab\ue000", "ab\ufffd", "ac", "b", "\u00e9", "\u4e2d",
    ];

    [StoreFact]
    public async Task A_partition_is_listed_in_ordinal_order_with_values_and_etags()
    {
        var store = await NewStoreAsync();
        await InsertAsync(store, Ordered.Reverse());

        var rows = new List<Row>();
        await foreach (var row in store.ListAsync(new(Table, Partition), None))
            rows.Add(row);

        Assert.Equal(Ordered.Order(StringComparer.Ordinal), rows.Select(row => row.Key));
        Assert.All(rows, row => Assert.Equal(Partition, row.Partition));
        var found = await store.FindAsync(Table, Partition, "abc", None);
        Assert.Equal(found!.ETag, rows.Single(row => row.Key == "abc").ETag);
        Assert.Equal(found.Values, rows.Single(row => row.Key == "abc").Values);
    }

    [StoreTheory]
    [InlineData("a")]
    [InlineData("ab")]
    [InlineData("ab-")]
    [InlineData("ab\u00e9")]
    [InlineData("ab\ufffd")]
    [InlineData("\u4e2d")]
    [InlineData("x")]
    public async Task A_prefix_lists_exactly_the_keys_that_begin_with_it(string prefix)
    {
        var store = await NewStoreAsync();
        await InsertAsync(store, Ordered);

        var keys = await KeysAsync(store, new(Table, Partition, prefix));

        Assert.Equal(Ordered.Where(key => key.StartsWith(prefix, StringComparison.Ordinal)), keys);
    }

    [StoreTheory]
    [InlineData("ab", 3, "b", "x", "a", "ac")]
    [InlineData("ab", 100, "b")]
    [InlineData("ab", 0, "b", "ab")]
    [InlineData("x", 5, "y")]
    [InlineData("", 2)]
    public async Task A_head_is_read_with_other_rows_beside_it(string prefix, int limit, params string[] others)
    {
        var store = await NewStoreAsync();
        await InsertAsync(store, Ordered);

        var rows = await store.ReadAsync(new(Table, Partition, prefix) { Limit = limit }, others, None);

        var head = Ordered.Where(key => key.StartsWith(prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal).Take(limit);
        Assert.Equal([.. head, .. others.Where(Ordered.Contains)], rows.Select(row => row.Key));
        foreach (var row in rows)
        {
            var found = await store.FindAsync(Table, Partition, row.Key, None);
            Assert.Equal((Partition, found!.ETag), (row.Partition, row.ETag));
            Assert.Equal(found.Values, row.Values);
        }
    }

    [StoreFact]
    public async Task A_head_of_large_rows_is_read_whole()
    {
        var store = await NewStoreAsync();
        var large = new RowValues();
        for (var i = 0; i < 6; i++)
            large[$"p{i}"] = new byte[60_000];
        string[] keys = ["a1", "a2", "a3", "a4", "a5", "a6", "b"];
        foreach (var key in keys)
            await CommitAsync(store, RowChange.Insert(key, large));

        var rows = await store.ReadAsync(new(Table, Partition, "a") { Limit = 5 }, ["b"], None);

        Assert.Equal(["a1", "a2", "a3", "a4", "a5", "b"], rows.Select(row => row.Key));
    }

    [StoreFact]
    public async Task A_head_has_a_partition_and_a_limit()
    {
        var store = await NewStoreAsync();

        await Assert.ThrowsAsync<ArgumentException>(async () => await store.ReadAsync(new(Table, Partition, "a"), [], None));
        await Assert.ThrowsAsync<ArgumentException>(async () => await store.ReadAsync(new(Table, Partition, "a") { Limit = 1001 }, [], None));
        await Assert.ThrowsAsync<ArgumentException>(async () => await store.ReadAsync(new(Table, null) { Limit = 1 }, [], None));
        await Assert.ThrowsAsync<ArgumentException>(async () => await store.ReadAsync(new(Table, Partition) { Limit = 1 }, ["a/b"], None));
    }

    [StoreTheory]
    [InlineData("", "ab")]
    [InlineData("", "aa")]
    [InlineData("ab", "ab-1")]
    [InlineData("ab", "a")]
    [InlineData("ab", "abz")]
    [InlineData("ab", "b")]
    public async Task From_begins_at_its_key_within_the_prefix(string prefix, string from)
    {
        var store = await NewStoreAsync();
        await InsertAsync(store, Ordered);

        var keys = await KeysAsync(store, new(Table, Partition, prefix) { From = from });

        Assert.Equal(
            Ordered.Where(key => key.StartsWith(prefix, StringComparison.Ordinal) && string.CompareOrdinal(key, from) >= 0), keys);
    }

    [StoreTheory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(100)]
    public async Task Limit_ends_the_listing(int limit)
    {
        var store = await NewStoreAsync();
        await InsertAsync(store, Ordered);

        var keys = await KeysAsync(store, new(Table, Partition, "ab") { Limit = limit });

        Assert.Equal(Ordered.Skip(1).Take(17).Take(limit), keys);
    }

    [StoreFact]
    public async Task A_listing_does_not_leave_its_partition()
    {
        var store = await NewStoreAsync();
        foreach (var partition in new[] { "p", "p ", "pp", "o", "q" })
            await store.CommitAsync(Table, partition, [RowChange.Insert("key-" + partition, Numbered(1))], None);

        Assert.Equal(["key-p"], await KeysAsync(store, new(Table, "p")));
        Assert.Empty(await KeysAsync(store, new(Table, "none")));
    }

    [StoreFact]
    public async Task A_listing_of_many_rows_goes_over_pages()
    {
        var store = await NewStoreAsync();
        var keys = Enumerable.Range(0, 2345).Select(i => $"k{i:D5}").ToArray();
        await InsertAsync(store, keys);

        Assert.Equal(keys, await KeysAsync(store, new(Table, Partition)));
        Assert.Equal(keys[1000..2345], await KeysAsync(store, new(Table, Partition, "k") { From = "k01000" }));
        Assert.Equal(keys[..1500], await KeysAsync(store, new(Table, Partition) { Limit = 1500 }));
    }

    [StoreFact]
    public async Task A_row_that_stays_is_listed_once_while_others_come_and_go()
    {
        var store = await NewStoreAsync();
        var keys = Enumerable.Range(0, 1100).Select(i => $"k{i:D5}").ToArray();
        await InsertAsync(store, keys);

        var seen = new List<string>();
        await foreach (var row in store.ListAsync(new(Table, Partition), None))
        {
            seen.Add(row.Key);
            if (row.Key == "k00500")
                await InsertAsync(store, ["a", "k00500x", "z"]);
            if (row.Key == "k00501")
                await CommitAsync(store, RowChange.Delete("a", (await store.FindAsync(Table, Partition, "a", None))!.ETag));
        }

        Assert.Equal(keys, seen.Where(key => key is not ("a" or "k00500x" or "z")));
    }

    [StoreFact]
    public async Task The_whole_table_is_listed_by_partition_and_row()
    {
        var store = await NewStoreAsync();
        string[] partitions = ["a", "a b", "ab", "B", "\u00e9"];
        var keys = Enumerable.Range(0, 300).Select(i => $"k{i:D3}").ToArray();
        foreach (var partition in partitions)
            await InsertAsync(store, keys, partition, EmptyTable);

        var listed = new List<(string, string)>();
        await foreach (var row in store.ListAsync(new(EmptyTable, null), None))
            listed.Add((row.Partition, row.Key));

        Assert.Equal(partitions.Order(StringComparer.Ordinal).SelectMany(p => keys.Select(key => (p, key))), listed);
        var prefixed = await KeysAsync(store, new(EmptyTable, null, "k29") { Limit = 12 });
        Assert.Equal([.. keys[290..], .. keys[290..292]], prefixed);
    }

    [StoreTheory]
    [InlineData("", "a b Ä 😀")]
    [InlineData("a", "b Ä 😀")]
    [InlineData("aa", "b Ä 😀")]
    [InlineData("b", "Ä 😀")]
    [InlineData("Ä", "😀")]
    [InlineData("😀", "")]
    public async Task A_whole_table_is_listed_from_after_a_partition(string after, string expected)
    {
        var store = await NewStoreAsync();
        foreach (var partition in (string[])["😀", "b", "Ä", "a"])
            await InsertAsync(store, ["k1", "k2"], partition);

        var listed = new List<string>();
        await foreach (var row in store.ListAsync(new(Table, null, "k2") { AfterPartition = after }, None))
            listed.Add(row.Partition);

        Assert.Equal(expected, string.Join(' ', listed));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => KeysAsync(store, new(Table, Partition) { AfterPartition = "a" }));
    }

    [StoreFact]
    public async Task From_without_a_partition_is_refused()
    {
        var store = await NewStoreAsync();

        await Assert.ThrowsAnyAsync<ArgumentException>(() => KeysAsync(store, new(Table, null) { From = "a" }));
    }

    private async Task InsertAsync(
        ITableStore store, IEnumerable<string> keys, string partition = Partition, string? table = null)
    {
        foreach (var some in keys.Chunk(RowLimits.Changes))
            Assert.True((await store.CommitAsync(table ?? Table, partition, [.. some.Select(key => RowChange.Insert(key, Numbered(1)))], None)).Committed);
    }
}
