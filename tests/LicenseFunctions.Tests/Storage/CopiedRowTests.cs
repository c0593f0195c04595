using LicenseFunctions.Licensing;
using LicenseFunctions.Storage;
using LicenseFunctions.Storage.Sqlite;
using LicenseFunctions.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace LicenseFunctions.Tests.Storage;

public sealed class CopiedRowTests : IAsyncLifetime
{
    private TemporaryFolder Folder { get; } = new();
    private SqliteTableStore _store = null!;

    private CopiedRow Row => new(_store, TimeProvider.System, TableNames.Access, "p", "r");

    public async Task InitializeAsync() => _store = await SqliteTableStore.OpenAsync(Folder["licenses.db"], default);

    public async Task DisposeAsync()
    {
        await _store.DisposeAsync();
        Folder.Dispose();
    }

    [Fact]
    public async Task A_change_that_was_answered_is_in_every_copy()
    {
        Assert.True(await Row.TryChangeAsync(null, Values(1), default));
        Assert.True(await Row.TryChangeAsync(await Row.FindFirstAsync(default), Values(2), default));

        Assert.Equal(Enumerable.Repeat(2L, CopiedRow.Copies), await CopiesAsync());
    }

    [Fact]
    public async Task Writers_at_once_leave_all_copies_with_what_the_first_has()
    {
        await Row.TryChangeAsync(null, Values(0), default);

        await Task.WhenAll(Enumerable.Range(1, 12).Select(async n =>
        {
            while (!await Row.TryChangeAsync(await Row.FindFirstAsync(default), Values(n), default))
            {
            }
        }));

        Assert.Single((await CopiesAsync()).Distinct());
    }

    [Fact]
    public async Task A_writer_that_lost_the_race_changes_nothing()
    {
        await Row.TryChangeAsync(null, Values(1), default);
        var seen = await Row.FindFirstAsync(default);
        await Row.TryChangeAsync(seen, Values(2), default);

        Assert.False(await Row.TryChangeAsync(seen, Values(3), default));

        Assert.Equal(Enumerable.Repeat(2L, CopiedRow.Copies), await CopiesAsync());
    }

    [Fact]
    public async Task Rules_of_a_store_without_copies_hold_from_the_first_request_on()
    {
        await using var before = await ApiHost.StartAsync(_store);
        var license = await before.LicenseAsync();
        await before.PostDomainAsync("/activate", license.Key, "d.example");
        var rules = new BlockRules(["192.0.2.0/24"], []);
        await _store.CommitAsync(TableNames.Access, "rules", [RowChange.Insert("rules", new() { ["schema"] = 1, ["rules"] = rules.ToJson() })], default);

        await using var host = await ApiHost.StartAsync(_store);

        for (var i = 0; i < 40; i++)
            Assert.Equal("suspended", (await host.GetDomainAsync("/verify", license.Key, "d.example")).Error);
    }

    [Fact]
    public async Task The_timer_finishes_a_change_that_died_between_two_copies()
    {
        await using var host = await ApiHost.StartAsync(_store);
        var rules = host.Services.GetRequiredService<AccessRules>();
        await rules.ChangeAsync(_ => new(["192.0.2.0/24"], []), default);
        var first = (await _store.FindAsync(TableNames.Access, "rules", "rules", default))!;
        await _store.CommitAsync(TableNames.Access, "rules", [RowChange.Replace("rules", new() { ["schema"] = 1, ["rules"] = BlockRules.None.ToJson() }, first.ETag)], default);

        await rules.FinishChangesAsync(default);

        for (var i = 0; i < 40; i++)
            Assert.True(await rules.AdmitsAsync(System.Net.IPAddress.Parse("192.0.2.9"), null, default));
    }

    [Fact]
    public async Task The_sooner_of_two_copies_is_not_kept_waiting_by_the_other()
    {
        var (counting, asked, hangs) = (new CountingStore(_store), 0, new TaskCompletionSource());
        await Row.TryChangeAsync(null, Values(1), default);
        counting.Before = _ => Interlocked.Increment(ref asked) == 1 ? hangs.Task : Task.CompletedTask;

        var (row, copy) = await Copied(counting).FindSoonestAsync(default);

        Assert.Equal((1, 2), (row!.Values.GetNumber("n"), counting.Calls.Select(call => call.Partition).Distinct().Count()));
        Assert.Equal(copy == 0 ? "p" : $"p.{copy}", row.Partition);
        hangs.SetResult();
    }

    [Fact]
    public async Task A_copy_that_fails_leaves_the_answer_to_the_other()
    {
        var (counting, asked) = (new CountingStore(_store), 0);
        await Row.TryChangeAsync(null, Values(1), default);
        counting.Before = _ => Interlocked.Increment(ref asked) == 1 ? throw new StorageUnavailableException("Down.") : Task.CompletedTask;

        Assert.Equal(1, (await Copied(counting).FindSoonestAsync(default)).Row!.Values.GetNumber("n"));
    }

    [Fact]
    public async Task Two_copies_that_fail_fail_the_read()
    {
        var counting = new CountingStore(_store) { Before = _ => throw new StorageUnavailableException("Down.") };

        await Assert.ThrowsAsync<StorageUnavailableException>(() => Copied(counting).FindSoonestAsync(default));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_row_removed_while_it_is_spread_leaves_no_copy_behind(bool removalIsOvertaken)
    {
        var (slow, reached, goesOn) = (new CountingStore(_store), new TaskCompletionSource(), new TaskCompletionSource());
        await Row.TryChangeAsync(null, Values(1), default);
        var copy = (await _store.FindAsync(TableNames.Access, "p.7", "r", default))!;
        if (!removalIsOvertaken)
            await _store.CommitAsync(TableNames.Access, "p.7", [RowChange.Delete("r", copy.ETag)], default);
        // The one stops before it writes a copy, or before it removes the first; meanwhile the other does all that it has to.
        slow.Before = async call =>
        {
            if (call.IsCommit && call.Partition == (removalIsOvertaken ? "p" : "p.7"))
            {
                reached.TrySetResult();
                await goesOn.Task;
            }
        };
        var stopped = removalIsOvertaken ? Copied(slow).RemoveAsync(default) : Copied(slow).SpreadAsync(default);
        await reached.Task;
        await (removalIsOvertaken ? Row.SpreadAsync(default) : Row.RemoveAsync(default));

        goesOn.SetResult();
        await stopped;

        Assert.Empty(await CopiesAsync());
    }

    private static CopiedRow Copied(ITableStore store) => new(store, TimeProvider.System, TableNames.Access, "p", "r");

    private static RowValues Values(long n) => new() { ["n"] = n };

    private async Task<long[]> CopiesAsync()
    {
        var rows = new List<long>();
        await foreach (var row in _store.ListAsync(new(TableNames.Access, null), default))
            rows.Add(row.Values.GetNumber("n"));
        return [.. rows];
    }
}
