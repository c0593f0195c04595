using LicenseFunctions.Storage;
using LicenseFunctions.Storage.Sqlite;
using LicenseFunctions.Tests.Support;
using static LicenseFunctions.Tests.Storage.Sqlite.NumberedRows;

namespace LicenseFunctions.Tests.Storage.Sqlite;

public sealed class JournalTests : IAsyncLifetime
{
    private readonly StoreFolder _folder = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _folder.CloseAsync();

    [Fact]
    public async Task A_usage_row_is_in_the_journal_and_read_from_there()
    {
        var store = await _folder.OpenAsync(pace: Never);
        var etag = await CommitAsync(store, RowChange.Insert("license.usage", Numbered(1)));

        var row = await store.FindAsync(TableNames.Licenses, "p", "license.usage", default);
        Assert.Equal((1L, etag), (row!.Values.GetNumber("n"), row.ETag));
        Assert.Equal((1L, 0L), (_folder.Read(StoreFolder.WaitingPages), _folder.Read("SELECT count(*) FROM licenses")));
        Assert.Null(await CommitAsync(store, RowChange.Insert("license.usage", Numbered(2))));
        Assert.Null(await CommitAsync(store, RowChange.Replace("license.usage", Numbered(2), "1" + etag)));
        Assert.NotNull(await CommitAsync(store, RowChange.Replace("license.usage", Numbered(2), etag!)));
    }

    [Fact]
    public async Task Rows_that_are_no_usage_lie_on_their_pages_and_so_does_usage_that_changes_with_them()
    {
        var store = await _folder.OpenAsync(pace: Never);

        await CommitAsync(store, RowChange.Insert("license", Numbered(1)), RowChange.Insert("license.usage", Numbered(1)));

        Assert.Equal((0L, 2L), (_folder.Read(StoreFolder.WaitingPages), _folder.Read("SELECT count(*) FROM licenses")));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_journalled_row_that_is_changed_with_others_holds_that_change(bool delete)
    {
        var store = await _folder.OpenAsync(pace: Never);
        var etag = await CommitAsync(store, RowChange.Insert("usage.a", Numbered(1)));

        await CommitAsync(
            store, RowChange.Insert("license", Numbered(1)),
            delete ? RowChange.Delete("usage.a", etag!) : RowChange.Replace("usage.a", Numbered(2), etag!));

        Assert.Equal(delete ? null : 2, await NumberAsync(store, "usage.a"));
        Assert.Equal(delete ? null : 2, await NumberAsync(await _folder.OpenAsync(), "usage.a"));
        await store.DisposeAsync();
        Assert.Equal(delete ? 1 : 2, _folder.Read("SELECT count(*) FROM licenses"));
        Assert.Equal(delete ? null : 2, await NumberAsync(await _folder.OpenAsync(), "usage.a"));
    }

    [Fact]
    public async Task A_commit_whose_second_condition_does_not_hold_leaves_nothing_and_takes_no_other_along()
    {
        var store = await _folder.OpenAsync(pace: Never);
        await CommitAsync(store, RowChange.Insert("usage.a", Numbered(1)));

        // Enough of them that many share a group.
        var results = await Task.WhenAll(Enumerable.Range(0, 200).Select(n => store.CommitAsync(
            TableNames.Licenses, "p",
            n % 3 == 0
                ? [RowChange.Upsert("license.usage", Numbered(-1)), RowChange.Upsert($"usage.x{n}", []), RowChange.Insert("usage.a", [])]
                : [RowChange.Upsert("license.usage", Numbered(n)), RowChange.Upsert($"usage.n{n}", [])],
            default).AsTask()));

        Assert.Equal(Enumerable.Range(0, 200).Select(n => n % 3 == 0 ? 2 : -1), results.Select(result => result.Conflict));
        Assert.Equal((199, 1), (await NumberAsync(store, "license.usage"), await NumberAsync(store, "usage.a")));
        Assert.Equal(135, await CountAsync(store));
        Assert.Equal(135, await CountAsync(await _folder.OpenAsync()));
    }

    [Fact]
    public async Task The_journal_is_applied_after_a_while_and_at_the_end()
    {
        var store = await _folder.OpenAsync(pace: Never with { LongestWait = TimeSpan.FromMilliseconds(1) });
        var etag = await CommitAsync(store, RowChange.Insert("usage.a", Numbered(1)));
        await Eventually.HoldsAsync(() => _folder.Read(StoreFolder.WaitingPages) == 0 && _folder.Read("SELECT count(*) FROM licenses") == 1);

        await CommitAsync(store, RowChange.Delete("usage.a", etag!));
        await store.DisposeAsync();

        Assert.Equal((0L, 0L), (_folder.Read(StoreFolder.WaitingPages), _folder.Read("SELECT count(*) FROM licenses")));
    }

    [Fact]
    public async Task The_journal_stays_small_under_many_changes()
    {
        var pace = StorePace.Default with { RowsInStep = 50, EnoughRows = 200, EnoughPages = 10, LongestWait = TimeSpan.FromHours(1) };
        var store = await _folder.OpenAsync(pace: pace);
        var largest = 0L;
        for (var round = 0; round < 40; round++)
        {
            await Task.WhenAll(Enumerable.Range(0, 100).Select(n => store.CommitAsync(
                TableNames.Limits, $"p{n}", [RowChange.Upsert("window", new() { ["n"] = round, ["bytes"] = new byte[100] })], default).AsTask()));
            largest = Math.Max(largest, _folder.Read(StoreFolder.WaitingPages));
        }

        // At least 150 pages went through it.
        Assert.InRange(largest, 1, 4 * pace.EnoughPages);
    }

    private static async Task<int> CountAsync(SqliteTableStore store)
    {
        var count = 0;
        await foreach (var row in store.ListAsync(new(TableNames.Licenses, "p"), default))
            count += row.Key.StartsWith("usage.x", StringComparison.Ordinal) ? 1000 : 1;
        return count;
    }
}
