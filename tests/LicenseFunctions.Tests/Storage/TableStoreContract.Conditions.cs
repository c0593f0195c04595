using LicenseFunctions.Storage;
using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.Storage;

/// <summary>Conditions, and commits of several changes.</summary>
public abstract partial class TableStoreContract
{
    [StoreFact]
    public async Task An_insert_over_an_existing_row_is_refused()
    {
        var store = await NewStoreAsync();
        await CommitAsync(store, RowChange.Insert("a", Numbered(1)));

        await ShouldConflictAsync(store, 0, RowChange.Insert("a", Numbered(2)));

        Assert.Equal(1, await NumberAsync(store, "a"));
    }

    [StoreFact]
    public async Task A_replace_with_an_old_etag_is_refused()
    {
        var store = await NewStoreAsync();
        var first = await CommitAsync(store, RowChange.Insert("a", Numbered(1)));
        await CommitAsync(store, RowChange.Replace("a", Numbered(2), first.ETags[0]));

        await ShouldConflictAsync(store, 0, RowChange.Replace("a", Numbered(3), first.ETags[0]));

        Assert.Equal(2, await NumberAsync(store, "a"));
    }

    [StoreFact]
    public async Task A_delete_with_an_old_etag_is_refused()
    {
        var store = await NewStoreAsync();
        var first = await CommitAsync(store, RowChange.Insert("a", Numbered(1)));
        await CommitAsync(store, RowChange.Upsert("a", Numbered(2)));

        await ShouldConflictAsync(store, 0, RowChange.Delete("a", first.ETags[0]));

        Assert.Equal(2, await NumberAsync(store, "a"));
    }

    [StoreFact]
    public async Task A_replace_or_delete_of_a_missing_row_is_refused()
    {
        var store = await NewStoreAsync();
        var etag = (await CommitAsync(store, RowChange.Insert("gone", Numbered(1)))).ETags[0];
        await CommitAsync(store, RowChange.Delete("gone", etag));

        await ShouldConflictAsync(store, 0, RowChange.Replace("gone", Numbered(2), etag));
        await ShouldConflictAsync(store, 0, RowChange.Delete("gone", etag));

        Assert.Null(await store.FindAsync(Table, Partition, "gone", None));
    }

    [StoreFact]
    public async Task An_etag_from_before_a_delete_does_not_fit_the_row_inserted_after_it()
    {
        var store = await NewStoreAsync();
        var before = (await CommitAsync(store, RowChange.Insert("a", Numbered(1)))).ETags[0];
        await CommitAsync(store, RowChange.Delete("a", before));
        await CommitAsync(store, RowChange.Insert("a", Numbered(1)));

        await ShouldConflictAsync(store, 0, RowChange.Replace("a", Numbered(2), before));
    }

    [StoreFact]
    public async Task A_commit_of_every_kind_is_made_as_a_whole()
    {
        var store = await NewStoreAsync();
        var etags = (await CommitAsync(store, RowChange.Insert("a", Numbered(1)), RowChange.Insert("b", Numbered(1)))).ETags;

        var result = await CommitAsync(
            store,
            RowChange.Replace("a", Numbered(2), etags[0]),
            RowChange.Delete("b", etags[1]),
            RowChange.Insert("c", Numbered(3)),
            RowChange.Upsert("d", Numbered(4)));

        Assert.True(result.Committed);
        Assert.Equal([false, true, false, false], result.ETags.Select(etag => etag.Length == 0));
        Assert.Equal(["a", "c", "d"], await KeysAsync(store, new(Table, Partition)));
        Assert.Equal(2, await NumberAsync(store, "a"));
    }

    [StoreTheory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task A_refused_commit_changes_nothing_and_names_the_change(int wrong)
    {
        var store = await NewStoreAsync();
        var stale = (await CommitAsync(store, RowChange.Insert("a", Numbered(0)), RowChange.Insert("b", Numbered(0)))).ETags;
        var etags = (await CommitAsync(store, RowChange.Replace("a", Numbered(1), stale[0]), RowChange.Replace("b", Numbered(1), stale[1]))).ETags;
        RowChange[] changes =
        [
            RowChange.Replace("a", Numbered(2), wrong == 0 ? stale[0] : etags[0]),
            RowChange.Delete("b", wrong == 1 ? stale[1] : etags[1]),
            wrong == 2 ? RowChange.Replace("c", Numbered(2), etags[0]) : RowChange.Insert("c", Numbered(2)),
            wrong == 3 ? RowChange.Delete("d", etags[0]) : RowChange.Upsert("d", Numbered(2)),
        ];

        await ShouldConflictAsync(store, wrong, changes);

        Assert.Equal(["a", "b"], await KeysAsync(store, new(Table, Partition)));
        Assert.Equal(1, await NumberAsync(store, "a"));
        Assert.Equal(etags[0], (await store.FindAsync(Table, Partition, "a", None))!.ETag);
    }

    [StoreFact]
    public async Task A_commit_of_a_hundred_changes_is_made_or_refused_as_a_whole()
    {
        var store = await NewStoreAsync();
        var changes = Enumerable.Range(0, 100).Select(i => RowChange.Insert($"k{i:D3}", Numbered(i))).ToArray();

        Assert.True((await CommitAsync(store, changes)).Committed);
        var shifted = changes.Select((_, i) => RowChange.Insert($"k{i + 99:D3}", Numbered(i))).Reverse().ToArray();
        await ShouldConflictAsync(store, 99, shifted);

        Assert.Equal(100, (await KeysAsync(store, new(Table, Partition))).Count);
    }

    private async Task ShouldConflictAsync(ITableStore store, int index, params RowChange[] changes)
    {
        var result = await CommitAsync(store, changes);
        Assert.False(result.Committed);
        Assert.Equal(index, result.Conflict);
        Assert.Empty(result.ETags);
    }

    private async Task<long> NumberAsync(ITableStore store, string key) =>
        (await store.FindAsync(Table, Partition, key, None))!.Values.GetNumber("n", -1);
}
