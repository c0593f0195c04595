using LicenseFunctions.Storage;
using LicenseFunctions.Storage.Sqlite;
using LicenseFunctions.Tests.Support;
using static LicenseFunctions.Tests.Storage.Sqlite.NumberedRows;

namespace LicenseFunctions.Tests.Storage.Sqlite;

/// <summary>What a caller does itself while little is asked, and what it leaves to the store's thread.</summary>
public sealed class CallerTests : IAsyncLifetime
{
    private readonly StoreFolder _folder = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _folder.CloseAsync();

    [Fact]
    public async Task Reads_and_commits_of_usage_are_done_at_once_when_nobody_else_is_at_it()
    {
        var store = await _folder.OpenAsync();

        var done = await AtOnceAsync(() => store.CommitAsync(TableNames.Licenses, "p", [RowChange.Upsert("usage.a", Numbered(1))], default));
        var found = await AtOnceAsync(() => store.FindAsync(TableNames.Licenses, "p", "usage.a", default));
        var refused = await AtOnceAsync(() => store.CommitAsync(TableNames.Licenses, "p", [RowChange.Insert("usage.a", Numbered(2))], default));

        Assert.Equal(done.ETags[0], found!.ETag);
        Assert.Equal(0, refused.Conflict);
    }

    [Fact]
    public async Task What_waits_for_the_disk_is_left_to_the_thread()
    {
        var store = await _folder.OpenAsync();
        await IdleAsync(store);
        var atOnce = 0;

        for (var n = 0; n < 20; n++)
        {
            var commit = store.CommitAsync(TableNames.Licenses, "p", [RowChange.Insert($"license.{n}", Numbered(n))], default);
            atOnce += commit.IsCompleted ? 1 : 0;
            Assert.True((await commit).Committed);
            await IdleAsync(store);
        }

        // The thread may be quick, but not twenty times.
        Assert.InRange(atOnce, 0, 19);
    }

    [Fact]
    public async Task With_another_process_in_the_way_the_thread_waits_instead_of_the_caller()
    {
        var store = await _folder.OpenAsync();
        await IdleAsync(store);
        using var other = Database.Open(_folder.Path);
        Assert.True(other.TryBeginWrite());

        var waiting = store.CommitAsync(TableNames.Licenses, "p", [RowChange.Insert("usage.a", Numbered(1))], default);
        Assert.False(waiting.IsCompleted);
        Assert.Null(await store.FindAsync(TableNames.Licenses, "p", "usage.a", default));
        other.Abandon();

        Assert.True((await waiting).Committed);
    }

    [Fact]
    public async Task The_thread_is_told_to_apply_what_callers_have_put_into_the_journal()
    {
        var store = await _folder.OpenAsync(pace: StorePace.Default with { LongestWait = TimeSpan.FromMilliseconds(20) });
        await IdleAsync(store);
        for (var n = 0; n < 5; n++)
        {
            await store.CommitAsync(TableNames.Licenses, "p", [RowChange.Upsert("usage.a", Numbered(n))], default);
            await _folder.AppliedAsync();
        }
    }

    [Fact]
    public async Task Callers_that_come_all_at_once_are_answered_like_one_after_the_other()
    {
        var store = await _folder.OpenAsync(pace: new(3, 10, 4, TimeSpan.FromMilliseconds(1), 20));
        for (var round = 0; round < 50; round++)
        {
            // Few, then many, so that callers and the thread take turns.
            var callers = round % 5 == 0 ? 24 : 3;
            var added = await Task.WhenAll(Enumerable.Range(0, callers).Select(_ => Task.Run(() => AddOneAsync(store))));
            Assert.Equal(callers, added.Distinct().Count());
        }

        Assert.Equal((10 * 24) + (40 * 3), (await store.FindAsync(TableNames.Licenses, "p", "usage.n", default))!.Values.GetNumber("n"));
    }

    [Fact]
    public async Task Nothing_is_done_once_the_store_is_closed()
    {
        var store = await _folder.OpenAsync();
        await store.DisposeAsync();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => store.FindAsync(TableNames.Licenses, "p", "a", default).AsTask());
        await Assert.ThrowsAsync<ObjectDisposedException>(
            () => store.CommitAsync(TableNames.Licenses, "p", [RowChange.Upsert("usage.a", Numbered(1))], default).AsTask());
    }

    private static async Task<long> AddOneAsync(SqliteTableStore store)
    {
        while (true)
        {
            var row = await store.FindAsync(TableNames.Licenses, "p", "usage.n", default);
            var n = (row?.Values.GetNumber("n") ?? 0) + 1;
            var change = row is null ? RowChange.Insert("usage.n", Numbered(n)) : RowChange.Replace("usage.n", Numbered(n), row.ETag);
            if ((await store.CommitAsync(TableNames.Licenses, "p", [change], default)).Committed)
                return n;
        }
    }

    /// <summary>The thread has nothing to do and waits.</summary>
    private static async Task IdleAsync(SqliteTableStore store) =>
        await AtOnceAsync(() => store.FindAsync(TableNames.Licenses, "p", "none", default));

    /// <summary>Until it is done at once: the thread may just have looked after the journal.</summary>
    private static async Task<T> AtOnceAsync<T>(Func<ValueTask<T>> ask)
    {
        var answer = default(T)!;
        await Eventually.HoldsAsync(async () =>
        {
            var asked = ask();
            var atOnce = asked.IsCompleted;
            answer = await asked;
            return atOnce;
        });
        return answer;
    }
}
