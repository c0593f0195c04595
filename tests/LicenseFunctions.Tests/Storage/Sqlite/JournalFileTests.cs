using LicenseFunctions.Storage;
using LicenseFunctions.Storage.Sqlite;
using LicenseFunctions.Tests.Support;
using static LicenseFunctions.Tests.Storage.Sqlite.NumberedRows;

namespace LicenseFunctions.Tests.Storage.Sqlite;

/// <summary>The journal in the file: copied, upgraded to, damaged.</summary>
public sealed class JournalFileTests : IAsyncLifetime
{
    private static readonly StorePace Late = Never with { EnoughPages = JournalPages.Slots };

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
        using (var old = await FileOfVersionAsync(1))
        {
            var refused = await Assert.ThrowsAsync<StoreCannotOpenException>(() => _folder.OpenAsync(TimeSpan.FromMilliseconds(50)));
            Assert.Contains("stop that one first", refused.Message, StringComparison.Ordinal);
        }

        var stores = await Task.WhenAll(_folder.OpenAsync(pace: Never), _folder.OpenAsync(pace: Never));

        Assert.Equal(StoreSchema.Version, _folder.Read("PRAGMA user_version"));
        Assert.NotNull(await CommitAsync(stores[0], RowChange.Upsert("usage.a", Numbered(2))));
        Assert.Equal(2, await NumberAsync(stores[1], "usage.a"));
    }

    [Fact]
    public async Task A_journal_of_rows_is_applied_when_its_file_is_upgraded()
    {
        using (var old = await FileOfVersionAsync(2))
        {
            // In them, under the numbers 8 and 9: usage.a as 3 with the version 50, then deleted; usage.b as 4 with the version 51.
            old.Execute("CREATE TABLE journal(seq INTEGER PRIMARY KEY, changes BLOB NOT NULL) STRICT");
            old.Execute("INSERT INTO meta(name, value) VALUES ('journal_applied', 7)");
            old.Execute("INSERT INTO journal(seq, changes) VALUES (8, x'0101086c6963656e73657301700775736167652e6132000000000000000d0101016e020300000000000000')");
            old.Execute(
                "INSERT INTO journal(seq, changes) VALUES (9, x'0101086c6963656e73657301700775736167652e6100000000000000000207"
                + "75736167652e6233000000000000000d0101016e020400000000000000')");
        }

        var store = await _folder.OpenAsync(pace: Never);

        Assert.Equal((null, 4), (await NumberAsync(store, "usage.a"), await NumberAsync(store, "usage.b")));
        Assert.Equal((0, 9), (_folder.Read(StoreFolder.WaitingPages), _folder.Read("SELECT value FROM meta WHERE name = 'journal_applied'")));
        Assert.NotNull(await CommitAsync(store, RowChange.Replace("usage.b", Numbered(5), "51")));
        Assert.Equal(5, await NumberAsync(await _folder.OpenAsync(), "usage.b"));
    }

    [Theory]
    [InlineData("zeroblob(1)", "damaged")]
    [InlineData("zeroblob(4040)", "damaged")]
    [InlineData("x'0100' || x'03'", "newer version")]
    [InlineData("x'0180' || x'02'", "damaged")]
    [InlineData("x'ff7f' || zeroblob(9)", "damaged")]
    [InlineData("x'0200' || x'0209'", "damaged")]
    public async Task A_journal_that_cannot_be_read_is_no_empty_answer(string page, string said)
    {
        var store = await _folder.OpenAsync(pace: Never);
        await CommitAsync(store, RowChange.Insert("usage.a", Numbered(1)));
        using (var other = Database.Open(_folder.Path))
            other.Execute($"INSERT INTO journal(slot, seq, page) VALUES (2, 2, cast({page} AS BLOB))");

        var unavailable = await Assert.ThrowsAsync<StorageUnavailableException>(() => NumberAsync(store, "usage.a"));

        Assert.Contains(said, unavailable.Message, StringComparison.Ordinal);
        Assert.Equal(3, StoreSchema.Version);
        Assert.Equal(1, RowSchema.Newest); // Whoever raises this raises the file's version too.
    }

    [Fact]
    public async Task Large_entries_go_round_the_ring_and_another_process_follows_them()
    {
        var store = await _folder.OpenAsync(pace: Never);
        var other = await _folder.OpenAsync(pace: Never);
        for (var n = 1; n <= 40; n++)
        {
            // 124 pages each, and one now and then.
            await CommitAsync(store, RowChange.Upsert("usage.a", Large(n, 500_000)));
            if (n % 3 == 0)
                await CommitAsync(other, RowChange.Upsert("usage.b", Numbered(n)));
            if (n % 2 == 0)
                Assert.Equal((n, n / 3 * 3), (await NumberAsync(other, "usage.a"), await NumberAsync(store, "usage.b") ?? 0));
        }

        Assert.InRange(_folder.Read("SELECT count(*) FROM journal"), 1000, JournalPages.Slots);
        Assert.InRange(_folder.Read(StoreFolder.WaitingPages), 0, JournalPages.Slots);
        var third = await _folder.OpenAsync();
        Assert.Equal((40, 39), (await NumberAsync(third, "usage.a"), await NumberAsync(third, "usage.b")));
    }

    [Fact]
    public async Task An_entry_that_the_ring_has_no_room_for_is_written_to_the_tables_with_all_before_it()
    {
        var store = await _folder.OpenAsync(pace: Late);
        var other = await _folder.OpenAsync(pace: Late);
        for (var n = 1; n <= 6; n++)
            await CommitAsync(store, RowChange.Upsert("usage.0", Large(n, 900_000)));
        var waiting = _folder.Read(StoreFolder.WaitingPages);
        Assert.Equal(6, await NumberAsync(other, "usage.0"));

        Task commits;
        using (var holder = Database.Open(_folder.Path))
        {
            // Meanwhile they gather to one group.
            Assert.True(holder.TryBeginWrite());
            commits = Task.WhenAll(Enumerable.Range(1, 4).Select(n => CommitAsync(store, RowChange.Upsert($"usage.{n}", Large(n, 900_000)))));
            await Task.Delay(50);
            holder.Abandon();
        }

        await commits;
        Assert.InRange(waiting, JournalPages.Slots * 5 / 8, JournalPages.Slots * 3 / 4);
        Assert.Equal((0, 5), (_folder.Read(StoreFolder.WaitingPages), _folder.Read("SELECT count(*) FROM licenses")));
        foreach (var reader in (SqliteTableStore[])[store, other, await _folder.OpenAsync()])
            Assert.Equal((6, 1, 4), (await NumberAsync(reader, "usage.0"), await NumberAsync(reader, "usage.1"), await NumberAsync(reader, "usage.4")));
        await CommitAsync(other, RowChange.Upsert("usage.9", Numbered(7)));
        Assert.Equal((1, 7), (_folder.Read(StoreFolder.WaitingPages), await NumberAsync(store, "usage.9")));
    }

    [Fact]
    public async Task The_ring_begins_anew_when_it_is_empty()
    {
        var store = await _folder.OpenAsync(pace: Never with { LongestWait = TimeSpan.FromMilliseconds(1) });
        for (var n = 1; n <= 20; n++)
        {
            await CommitAsync(store, RowChange.Upsert("usage.a", Numbered(n)));
            await _folder.AppliedAsync();
        }

        Assert.Equal((1, 20), (_folder.Read("SELECT count(*) FROM journal"), _folder.Read("SELECT max(seq) FROM journal")));
        Assert.Equal(20, await NumberAsync(store, "usage.a"));
    }

    /// <summary>With usage.a in its table, as 1; without a journal.</summary>
    private async Task<Database> FileOfVersionAsync(int version)
    {
        var before = await _folder.OpenAsync();
        await CommitAsync(before, RowChange.Insert("usage.a", Numbered(1)));
        await before.DisposeAsync();
        var old = Database.Open(_folder.Path);
        old.Execute("DROP TABLE journal");
        old.Execute("DELETE FROM meta WHERE name LIKE 'journal%'");
        old.Execute($"PRAGMA user_version={version}");
        return old;
    }

    private static RowValues Large(long n, int bytes)
    {
        var values = Numbered(n);
        for (var part = 0; bytes > 0; bytes -= 60_000)
            values[$"part{part++}"] = new byte[Math.Min(bytes, 60_000)];
        return values;
    }

    [Fact]
    public async Task Rows_of_an_older_file_are_read_and_changed()
    {
        using (var old = await FileOfVersionAsync(1))
            old.Execute("UPDATE licenses SET data = x'0101016e020300000000000000'");
        var store = await _folder.OpenAsync(pace: Never);
        Assert.Equal(3, await NumberAsync(store, "usage.a"));

        await CommitAsync(store, RowChange.Upsert("usage.a", Numbered(4)));

        Assert.Equal(4, await NumberAsync(await _folder.OpenAsync(), "usage.a"));
    }
}
