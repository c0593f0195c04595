using LicenseFunctions.Storage;
using LicenseFunctions.Storage.Sqlite;

namespace LicenseFunctions.Tests.Storage.Sqlite;

/// <summary>The journal in the file: copied, upgraded to, damaged.</summary>
public sealed class JournalFileTests : IAsyncLifetime
{
    private static readonly JournalPace Never = JournalPace.Default with { LongestWait = TimeSpan.FromHours(1) };

    private readonly StoreFolder _folder = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _folder.CloseAsync();

    [Fact]
    public async Task A_backup_holds_what_is_in_the_journal()
    {
        var store = await _folder.OpenAsync(pace: Never);
        await CommitAsync(store, RowChange.Insert("usage.a", Numbered(1)));
        var copy = Path.Combine(_folder.Folder, "copy.db");

        await StoreBackup.WriteAsync(_folder.Path, copy, null, default);

        await using var restored = await SqliteTableStore.OpenAsync(copy, default);
        Assert.Equal(1, await NumberAsync(restored, "usage.a"));
    }

    [Fact]
    public async Task A_file_of_the_version_before_the_journal_is_upgraded_once_nobody_has_it_open()
    {
        var before = await _folder.OpenAsync();
        await CommitAsync(before, RowChange.Insert("usage.a", Numbered(1)));
        await before.DisposeAsync();
        using (var old = Database.Open(_folder.Path))
        {
            old.Execute("DROP TABLE journal");
            old.Execute("DELETE FROM meta WHERE name = 'journal_applied'");
            old.Execute("PRAGMA user_version=1");
            var refused = await Assert.ThrowsAsync<StoreCannotOpenException>(() => _folder.OpenAsync(TimeSpan.FromMilliseconds(50)));
            Assert.Contains("stop that one first", refused.Message, StringComparison.Ordinal);
        }

        var stores = await Task.WhenAll(_folder.OpenAsync(pace: Never), _folder.OpenAsync(pace: Never));

        Assert.Equal(StoreSchema.Version, Read("PRAGMA user_version"));
        Assert.NotNull(await CommitAsync(stores[0], RowChange.Upsert("usage.a", Numbered(2))));
        Assert.Equal(2, await NumberAsync(stores[1], "usage.a"));
    }

    [Fact]
    public async Task A_journal_that_cannot_be_read_is_no_empty_answer()
    {
        var store = await _folder.OpenAsync(pace: Never);
        await CommitAsync(store, RowChange.Insert("usage.a", Numbered(1)));
        using (var other = Database.Open(_folder.Path))
            other.Execute("INSERT INTO journal(seq, changes) VALUES (2, x'02')");

        var unavailable = await Assert.ThrowsAsync<StorageUnavailableException>(() => NumberAsync(store, "usage.a"));

        Assert.Contains("newer version", unavailable.Message, StringComparison.Ordinal);
        Assert.Equal(2, StoreSchema.Version);
        Assert.Equal(1, RowSchema.Newest); // Whoever raises this raises the file's version too.
    }

    private static RowValues Numbered(long n) => new() { ["n"] = n };

    private static async Task<string?> CommitAsync(SqliteTableStore store, params RowChange[] changes) =>
        (await store.CommitAsync(TableNames.Licenses, "p", changes, default)) is { Committed: true } result ? result.ETags[^1] : null;

    private static async Task<long?> NumberAsync(SqliteTableStore store, string key) =>
        (await store.FindAsync(TableNames.Licenses, "p", key, default))?.Values.GetNumber("n");

    private long Read(string sql)
    {
        using var database = Database.Open(_folder.Path);
        database.Execute("PRAGMA wal_autocheckpoint=0");
        return database.ReadNumber(sql);
    }
}
