using LicenseFunctions.Storage;
using LicenseFunctions.Storage.Sqlite;
using LicenseFunctions.Tests.Support;
using static LicenseFunctions.Tests.Storage.Sqlite.NumberedRows;

namespace LicenseFunctions.Tests.Storage.Sqlite;

/// <summary>What a store remembers of rows that it has read never decides a condition wrongly.</summary>
public sealed class SeenVersionsTests : IAsyncLifetime
{
    private readonly StoreFolder _folder = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _folder.CloseAsync();

    [Theory]
    [InlineData("license")]
    [InlineData("usage.a")]
    public async Task A_row_that_was_read_and_then_changed_by_another_process_is_not_replaced(string key)
    {
        var (store, other) = (await _folder.OpenAsync(), await _folder.OpenAsync());
        var first = await CommitAsync(store, RowChange.Insert(key, Numbered(1)));
        Assert.Equal(first, await ReadAsync(store, key));

        var second = await CommitAsync(other, RowChange.Replace(key, Numbered(2), first!));

        Assert.Null(await CommitAsync(store, RowChange.Replace(key, Numbered(3), first!)));
        Assert.NotNull(await CommitAsync(store, RowChange.Replace(key, Numbered(3), second!)));
    }

    [Theory]
    [InlineData("license")]
    [InlineData("usage.a")]
    public async Task A_row_that_was_read_changed_and_written_to_its_page_is_what_it_is_there(string key)
    {
        // Each change is written to its page at once.
        var store = await _folder.OpenAsync(pace: new(1, 0, 0, TimeSpan.Zero, 20));
        var etag = await CommitAsync(store, RowChange.Insert(key, Numbered(0)));
        for (var n = 1; n <= 20; n++)
        {
            await _folder.AppliedAsync();
            Assert.Equal(etag, await ReadAsync(store, key));
            var before = etag;
            etag = await CommitAsync(store, n % 4 == 0 ? RowChange.Upsert(key, Numbered(n)) : RowChange.Replace(key, Numbered(n), etag!));
            await _folder.AppliedAsync();
            Assert.Null(await CommitAsync(store, RowChange.Replace(key, Numbered(-1), before!)));
            if (n % 5 != 0)
                continue;
            Assert.Equal(etag, await ReadAsync(store, key));
            await CommitAsync(store, RowChange.Delete(key, etag!));
            await _folder.AppliedAsync();
            Assert.Null(await CommitAsync(store, RowChange.Replace(key, Numbered(-1), etag!)));
            Assert.Null(await ReadAsync(store, key));
            Assert.NotNull(etag = await CommitAsync(store, RowChange.Insert(key, Numbered(n))));
            Assert.Null(await CommitAsync(store, RowChange.Insert(key, Numbered(-1))));
        }
    }

    [Fact]
    public async Task A_usage_row_that_was_just_read_from_its_page_is_changed_there_and_others_in_the_journal()
    {
        var before = await _folder.OpenAsync();
        var etag = await CommitAsync(before, RowChange.Insert("usage.a", Numbered(1)));
        await before.DisposeAsync();
        var (store, other) = (await _folder.OpenAsync(pace: Never), await _folder.OpenAsync(pace: Never));

        Assert.Equal(etag, await ReadAsync(store, "usage.a"));
        Assert.Null(await ReadAsync(store, "usage.b"));
        etag = await CommitAsync(store, RowChange.Replace("usage.a", Numbered(2), etag!), RowChange.Insert("usage.b", Numbered(2)));
        Assert.Equal((0, 2), (_folder.Read(StoreFolder.WaitingPages), _folder.Read("SELECT count(*) FROM licenses")));
        Assert.Equal((2, 2), (await NumberAsync(other, "usage.a"), await NumberAsync(other, "usage.b")));

        // Changed again without a look at its page, it goes to the journal, and then everywhere.
        etag = await CommitAsync(store, RowChange.Replace("usage.b", Numbered(3), etag!));
        Assert.Equal(1, _folder.Read(StoreFolder.WaitingPages));
        Assert.Equal(etag, await ReadAsync(other, "usage.b"));
        await CommitAsync(other, RowChange.Replace("usage.b", Numbered(4), etag!));
        Assert.Equal((2, 4), (_folder.Read(StoreFolder.WaitingPages), await NumberAsync(store, "usage.b")));
    }

    [Fact]
    public async Task A_commit_that_was_refused_leaves_no_version_behind()
    {
        var store = await _folder.OpenAsync();
        var license = await CommitAsync(store, RowChange.Insert("license", Numbered(1)));
        await CommitAsync(store, RowChange.Insert("other", Numbered(1)));
        Assert.Equal(license, await ReadAsync(store, "license"));

        Assert.Null(await CommitAsync(store, RowChange.Replace("license", Numbered(2), license!), RowChange.Insert("other", Numbered(2))));

        Assert.NotNull(await CommitAsync(store, RowChange.Replace("license", Numbered(2), license!)));
    }

    [Fact]
    public void Only_the_very_row_is_found_and_only_until_it_is_forgotten()
    {
        var seen = new SeenVersions();
        var keys = Enumerable.Range(0, 5000).Select(n => KeyText.Encode(n == 0 ? "" : $"key.{n}")).ToArray();
        foreach (var key in keys)
            seen.Note(1, key, keys[7], key.Length + 1);
        var found = 0;
        foreach (var key in keys)
        {
            Assert.False(seen.TryFind(2, key, keys[7], out _));
            Assert.False(seen.TryFind(1, key, keys[8], out _));
            if (!seen.TryFind(1, key, keys[7], out var version))
                continue;
            Assert.Equal(key.Length + 1, version);
            found++;
            seen.Forget(1, key, keys[7]);
            Assert.False(seen.TryFind(1, key, keys[7], out _));
        }

        Assert.InRange(found, 10, 512);
        seen.Note(1, keys[1], keys[2], 3);
        seen.ForgetAll();
        Assert.False(seen.TryFind(1, keys[1], keys[2], out _));
    }

    /// <summary>Alone, and with the rows beside it.</summary>
    private static async Task<string?> ReadAsync(SqliteTableStore store, string key)
    {
        await foreach (var row in store.ListAsync(new(TableNames.Licenses, "p", key[..4]) { Limit = 4 }, default))
            Assert.NotNull(row);
        return (await store.FindAsync(TableNames.Licenses, "p", key, default))?.ETag;
    }
}
