using LicenseFunctions.Storage;
using LicenseFunctions.Storage.Sqlite;
using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.Storage.Sqlite;

/// <summary>Another process that holds the write lock, played by a second connection.</summary>
public sealed class WaitingTests : IAsyncLifetime
{
    private readonly StoreFolder _folder = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _folder.CloseAsync();

    [Fact]
    public async Task A_commit_waits_for_the_lock_and_reads_go_on_meanwhile()
    {
        var store = await _folder.OpenAsync();
        await CommitAsync(store, "before");
        using var other = Database.Open(_folder.Path);
        Assert.True(other.TryBeginWrite());

        var waiting = CommitAsync(store, "after");
        Assert.NotNull(await store.FindAsync(TableNames.Catalog, "p", "before", default));
        Assert.Null(await store.FindAsync(TableNames.Catalog, "p", "after", default));
        Assert.False(waiting.IsCompleted);
        other.Abandon();

        Assert.True((await waiting).Committed);
    }

    [Fact]
    public async Task A_commit_gives_up_at_the_deadline_and_is_not_made_later()
    {
        var store = await _folder.OpenAsync(TimeSpan.FromMilliseconds(200));
        using var other = Database.Open(_folder.Path);
        Assert.True(other.TryBeginWrite());

        await Assert.ThrowsAsync<StorageUnavailableException>(() => CommitAsync(store, "late"));
        other.Abandon();

        // Where the disk is busy, the next one may miss so short a deadline too.
        await Eventually.HoldsAsync(async () => await Record.ExceptionAsync(async () => Assert.True((await CommitAsync(store, "next")).Committed)) is null);
        Assert.Null(await (await _folder.OpenAsync()).FindAsync(TableNames.Catalog, "p", "late", default));
    }

    [Fact]
    public async Task A_commit_that_is_cancelled_while_it_waits_is_not_made()
    {
        var store = await _folder.OpenAsync();
        using var other = Database.Open(_folder.Path);
        Assert.True(other.TryBeginWrite());
        using var cancel = new CancellationTokenSource();

        var waiting = CommitAsync(store, "cancelled", cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        other.Abandon();

        Assert.True((await CommitAsync(store, "next")).Committed);
        Assert.Null(await store.FindAsync(TableNames.Catalog, "p", "cancelled", default));
    }

    [Fact]
    public async Task The_log_stays_small_under_many_large_commits()
    {
        var store = await _folder.OpenAsync();
        var values = new RowValues { ["a"] = new byte[60_000], ["b"] = new byte[60_000] };
        var largest = 0L;
        for (var i = 0; i < 1500; i++)
        {
            await store.CommitAsync(TableNames.Limits, "p", [RowChange.Upsert($"k{i % 200}", values)], default);
            largest = Math.Max(largest, new FileInfo(_folder.Path + "-wal").Length);
        }

        // 180 MB were written.
        Assert.InRange(largest, 1, 64L * 1024 * 1024);
    }

    [Fact]
    public async Task A_listing_that_nobody_finishes_does_not_keep_the_log_from_being_reset()
    {
        var store = await _folder.OpenAsync();
        var values = new RowValues { ["a"] = new byte[60_000], ["b"] = new byte[60_000] };
        for (var i = 0; i < 100; i++)
            await store.CommitAsync(TableNames.Limits, "p", [RowChange.Upsert($"k{i}", values)], default);
        await using var listing = store.ListAsync(new(TableNames.Limits, "p"), default).GetAsyncEnumerator();
        Assert.True(await listing.MoveNextAsync());

        for (var i = 0; i < 1000; i++)
            await store.CommitAsync(TableNames.Limits, "p", [RowChange.Upsert($"k{i % 100}", values)], default);

        Assert.InRange(new FileInfo(_folder.Path + "-wal").Length, 1, 64L * 1024 * 1024);
    }

    [Fact]
    public async Task Commits_wait_for_the_disk_where_they_must()
    {
        await (await _folder.OpenAsync()).DisposeAsync();
        using var database = Database.Open(_folder.Path);
        foreach (var durable in new[] { true, false, false, true })
        {
            database.SetDurable(durable);
            Assert.Equal(durable ? 2 : 1, database.ReadNumber("PRAGMA synchronous"));
        }
    }

    private static Task<CommitResult> CommitAsync(SqliteTableStore store, string key, CancellationToken cancel = default) =>
        store.CommitAsync(TableNames.Catalog, "p", [RowChange.Upsert(key, [])], cancel).AsTask();
}
