using LicenseFunctions.Storage;
using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.Storage;

/// <summary>
/// What every store must do. The facts lie in one file per subject, all parts of this class. A store that cannot run on
/// this machine skips or fails from <see cref="NewStoreAsync"/>.
/// </summary>
public abstract partial class TableStoreContract
{
    private const string Partition = "products";

    /// <summary>The table of nearly all facts.</summary>
    protected virtual string Table => TableNames.Catalog;

    /// <summary>A table that nothing else is in.</summary>
    protected virtual string EmptyTable => TableNames.Audit;

    /// <summary>An empty store, or one whose tables hold nothing under the keys that the facts use. Freed by the subclass.</summary>
    protected abstract Task<ITableStore> NewStoreAsync();

    private static CancellationToken None => CancellationToken.None;

    [StoreFact]
    public async Task A_row_that_was_never_written_is_not_found()
    {
        var store = await NewStoreAsync();

        Assert.Null(await store.FindAsync(Table, Partition, "a", None));
    }

    [StoreFact]
    public async Task A_committed_row_is_found_with_its_keys_values_and_etag()
    {
        var store = await NewStoreAsync();

        var result = await CommitAsync(store, RowChange.Insert("a", new() { ["name"] = "Widget", ["count"] = 3 }));

        var row = await store.FindAsync(Table, Partition, "a", None);
        Assert.True(result.Committed);
        Assert.Equal(-1, result.Conflict);
        Assert.Equal((Partition, "a"), (row!.Partition, row.Key));
        Assert.Equal("Widget", row.Values.GetText("name"));
        Assert.Equal(3, row.Values.GetNumber("count"));
        Assert.Equal(Assert.Single(result.ETags), row.ETag);
        Assert.NotEmpty(row.ETag);
    }

    [StoreFact]
    public async Task Any_etag_stands_for_the_row_as_long_as_there_is_one()
    {
        var store = await NewStoreAsync();
        await CommitAsync(store, RowChange.Insert("a", Numbered(1)), RowChange.Insert("b", Numbered(1)));

        Assert.True((await CommitAsync(store, RowChange.Replace("a", Numbered(2), RowChange.AnyETag))).Committed);
        Assert.True((await CommitAsync(
            store, RowChange.Delete("a", RowChange.AnyETag), RowChange.Replace("b", Numbered(2), RowChange.AnyETag))).Committed);
        Assert.Equal(0, (await CommitAsync(store, RowChange.Delete("a", RowChange.AnyETag))).Conflict);
        Assert.False((await CommitAsync(
            store, RowChange.Upsert("b", Numbered(3)), RowChange.Replace("a", Numbered(3), RowChange.AnyETag))).Committed);
        Assert.Equal(2, (await store.FindAsync(Table, Partition, "b", None))!.Values.GetNumber("n"));
    }

    [StoreFact]
    public async Task Keys_are_apart_by_table_partition_and_case()
    {
        var store = await NewStoreAsync();
        await CommitAsync(store, RowChange.Insert("a", Numbered(1)));

        Assert.Null(await store.FindAsync(TableNames.Access, Partition, "a", None));
        Assert.Null(await store.FindAsync(Table, "other", "a", None));
        Assert.Null(await store.FindAsync(Table, Partition, "A", None));
    }

    [StoreFact]
    public async Task Every_table_can_be_written()
    {
        var store = await NewStoreAsync();

        foreach (var table in TableNames.All)
        {
            var result = await store.CommitAsync(table, "p", [RowChange.Insert("a", Numbered(1))], None);
            Assert.True(result.Committed);
            Assert.NotNull(await store.FindAsync(table, "p", "a", None));
        }
    }

    [StoreFact]
    public async Task A_replaced_row_holds_the_new_properties_alone()
    {
        var store = await NewStoreAsync();
        var inserted = await CommitAsync(store, RowChange.Insert("a", new() { ["old"] = 1, ["both"] = 1 }));

        var replaced = await CommitAsync(store, RowChange.Replace("a", new() { ["both"] = 2 }, inserted.ETags[0]));

        var row = await store.FindAsync(Table, Partition, "a", None);
        Assert.Equal([KeyValuePair.Create("both", (RowValue)2)], row!.Values);
        Assert.Equal(replaced.ETags[0], row.ETag);
    }

    [StoreFact]
    public async Task An_upsert_adds_and_replaces_without_a_condition()
    {
        var store = await NewStoreAsync();

        var added = await CommitAsync(store, RowChange.Upsert("a", Numbered(1)));
        var replaced = await CommitAsync(store, RowChange.Upsert("a", new() { ["other"] = "x" }));

        var row = await store.FindAsync(Table, Partition, "a", None);
        Assert.True(added.Committed && replaced.Committed);
        Assert.Null(row!.Values.FindNumber("n"));
        Assert.Equal(replaced.ETags[0], row.ETag);
    }

    [StoreFact]
    public async Task A_deleted_row_is_gone_and_its_change_answers_an_empty_etag()
    {
        var store = await NewStoreAsync();
        var inserted = await CommitAsync(store, RowChange.Insert("a", Numbered(1)));

        var deleted = await CommitAsync(store, RowChange.Delete("a", inserted.ETags[0]));

        Assert.Equal("", Assert.Single(deleted.ETags));
        Assert.Null(await store.FindAsync(Table, Partition, "a", None));
    }

    [StoreFact]
    public async Task Etags_differ_after_each_write_and_after_a_delete()
    {
        var store = await NewStoreAsync();
        var etags = new List<string>();
        for (var i = 0; i < 3; i++)
        {
            var inserted = await CommitAsync(store, RowChange.Insert("a", Numbered(1)));
            var replaced = await CommitAsync(store, RowChange.Replace("a", Numbered(1), inserted.ETags[0]));
            var upserted = await CommitAsync(store, RowChange.Upsert("a", Numbered(1)));
            etags.AddRange([inserted.ETags[0], replaced.ETags[0], upserted.ETags[0]]);
            Assert.True((await CommitAsync(store, RowChange.Delete("a", upserted.ETags[0]))).Committed);
        }

        Assert.Equal(9, etags.Distinct(StringComparer.Ordinal).Count());
    }

    [StoreFact]
    public async Task A_commit_answers_the_etags_in_the_order_of_its_changes()
    {
        var store = await NewStoreAsync();
        string[] keys = ["c", "a", "b"];

        var result = await CommitAsync(store, [.. keys.Select(key => RowChange.Insert(key, Numbered(1)))]);

        for (var i = 0; i < keys.Length; i++)
            Assert.Equal(result.ETags[i], (await store.FindAsync(Table, Partition, keys[i], None))!.ETag);
    }

    private ValueTask<CommitResult> CommitAsync(ITableStore store, params RowChange[] changes) =>
        store.CommitAsync(Table, Partition, changes, None);

    private static RowValues Numbered(long n) => new() { ["n"] = n };

    private static async Task<List<string>> KeysAsync(ITableStore store, RowRange range)
    {
        var keys = new List<string>();
        await foreach (var row in store.ListAsync(range, None))
            keys.Add(row.Key);
        return keys;
    }
}
