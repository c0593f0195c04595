using LicenseFunctions.Storage;
using LicenseFunctions.Storage.Sqlite;

namespace LicenseFunctions.Tests.Storage.Sqlite;

public sealed class SqliteTableStoreTests : TableStoreContract, IAsyncLifetime
{
    private readonly StoreFolder _folder = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _folder.CloseAsync();

    [Fact]
    public async Task A_closed_store_keeps_its_rows_and_leaves_one_file()
    {
        var store = await _folder.OpenAsync();
        var result = await store.CommitAsync(TableNames.Catalog, "p", [RowChange.Insert("a", new() { ["n"] = 1 })], default);
        await store.DisposeAsync();

        Assert.Equal([_folder.Path], Directory.GetFiles(_folder.Folder));
        var again = await _folder.OpenAsync();
        Assert.Equal(result.ETags[0], (await again.FindAsync(TableNames.Catalog, "p", "a", default))!.ETag);
    }

    [Fact]
    public async Task An_etag_is_not_used_again_after_a_restart()
    {
        var etags = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < 3; i++)
        {
            var store = await _folder.OpenAsync();
            for (var n = 0; n < 3; n++)
                Assert.True(etags.Add((await store.CommitAsync(TableNames.Catalog, "p", [RowChange.Upsert("a", [])], default)).ETags[0]));
            await store.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_surrogate_pair_sorts_by_its_units_and_keys_of_half_pairs_stay_apart()
    {
        var store = await _folder.OpenAsync();
        string[] keys = ["\ud7ff", "\ud83d\ude00", "\ud83d", "\ud83e", "\ue000", "\uffff"];
        foreach (var key in keys)
            await store.CommitAsync(TableNames.Catalog, "p", [RowChange.Insert(key, [])], default);

        var listed = new List<string>();
        await foreach (var row in store.ListAsync(new(TableNames.Catalog, "p"), default))
            listed.Add(row.Key);

        Assert.Equal(keys.Order(StringComparer.Ordinal), listed);
    }

    [Fact]
    public async Task A_commit_after_the_end_is_refused_and_the_work_before_it_is_done()
    {
        var store = await _folder.OpenAsync();
        var waiting = Enumerable.Range(0, 100).Select(
            n => store.CommitAsync(TableNames.Catalog, "p", [RowChange.Insert($"k{n}", [])], default).AsTask()).ToArray();
        await store.DisposeAsync();

        Assert.All(await Task.WhenAll(waiting), result => Assert.True(result.Committed));
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await store.FindAsync(TableNames.Catalog, "p", "a", default));
    }

    protected override async Task<ITableStore> NewStoreAsync() => await _folder.OpenAsync();
}
