using LicenseFunctions.Limits;
using LicenseFunctions.Storage;
using LicenseFunctions.Storage.AzureTables;
using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.Storage.AzureTables;

/// <summary>A commit whose answer is lost, and whose rows others change before its retry.</summary>
public sealed class AzureTableHistoryTests : IDisposable
{
    private const string Table = TableNames.Licenses;

    private readonly ScriptedHandler _handler = new();

    [AzuriteTheory]
    [InlineData(1)]
    [InlineData(7)]
    public async Task A_replace_is_known_by_what_later_replaces_hand_on(int later)
    {
        var (store, another) = await NewStoresAsync();
        var old = await CommitAsync(store, RowChange.Insert("license", new()));
        LoseAnswer(() => ReplaceAsync(another, "license", later));

        var result = await CommitAsync(store, RowChange.Replace("license", new() { ["n"] = 1L }, old.ETags[0]));

        Assert.True(result.Committed);
        Assert.Equal(0, (await CommitAsync(store, RowChange.Replace("license", new(), result.ETags[0]))).Conflict);
    }

    /// <summary>The row remembers eight commits, its own among them. Who was told "refused" would do the same thing twice.</summary>
    [AzuriteTheory]
    [InlineData(8, true)]
    [InlineData(8, false)]
    [InlineData(12, true)]
    public async Task A_commit_of_which_nothing_is_left_to_be_seen_is_not_called_refused(int later, bool replaces)
    {
        var (store, another) = await NewStoresAsync();
        var old = replaces ? (await CommitAsync(store, RowChange.Insert("license", new()))).ETags[0] : "";
        LoseAnswer(() => ReplaceAsync(another, "license", later));

        await Assert.ThrowsAsync<StorageUnavailableException>(() => CommitAsync(
            store, replaces ? RowChange.Replace("license", new(), old) : RowChange.Insert("license", new())));
    }

    [AzuriteFact]
    public async Task A_commit_is_refused_where_one_of_its_rows_shows_that_it_was_not_made()
    {
        var (store, another) = await NewStoresAsync();
        var old = await CommitAsync(store, RowChange.Insert("license", new()), RowChange.Insert("usage", new()));
        await ReplaceAsync(another, "license", 9);
        LoseAnswer(() => Task.CompletedTask);

        Assert.False((await CommitAsync(
            store, RowChange.Replace("license", new(), old.ETags[0]), RowChange.Replace("usage", new(), old.ETags[1]))).Committed);
    }

    [AzuriteFact]
    public async Task Permits_whose_return_may_have_been_recorded_are_not_returned_once_more()
    {
        var (store, another) = await NewStoresAsync();
        var time = new ManualTimeProvider();
        var limiter = new LeasedLimiter(store, time);
        Assert.True((await limiter.TakeAsync("key", 60_000, null, default)).Admitted);
        var before = await GrantedAsync();
        time.Advance(TimeSpan.FromSeconds(1));
        LoseAnswer(async () =>
        {
            for (var i = 0; i < 8; i++)
            {
                var row = (await another.FindAsync(TableNames.Limits, "key", "window", default))!;
                await another.CommitAsync(TableNames.Limits, "key", [RowChange.Replace("window", row.Values, row.ETag)], default);
            }
        });

        await Assert.ThrowsAsync<StorageUnavailableException>(() => limiter.TakeAsync("key", 60_000, null, default));
        var settled = await GrantedAsync();
        Assert.True((await limiter.TakeAsync("key", 60_000, null, default)).Admitted);

        Assert.Equal(5, settled); // One of the first four was used, and four more were granted.
        Assert.InRange(await GrantedAsync(), settled + 1, before + 60);

        async Task<int> GrantedAsync() => LeasedWindow.Read(
            (await another.FindAsync(TableNames.Limits, "key", "window", default))!.Values.GetBinary("leases"), time.GetUtcNow().ToUnixTimeMilliseconds()).Granted;
    }

    [AzuriteFact]
    public async Task A_deactivation_is_known_though_its_only_row_left_was_changed_since()
    {
        var (store, another) = await NewStoresAsync();
        var old = await CommitAsync(store, RowChange.Insert("license", new()), RowChange.Insert("activation", new()));
        LoseAnswer(() => ReplaceAsync(another, "license"));

        var result = await CommitAsync(
            store, RowChange.Replace("license", new(), old.ETags[0]), RowChange.Delete("activation", old.ETags[1]));

        Assert.True(result.Committed);
    }

    [AzuriteFact]
    public async Task A_row_that_someone_else_replaced_first_is_a_conflict_all_the_same()
    {
        var (store, another) = await NewStoresAsync();
        var old = await CommitAsync(store, RowChange.Insert("license", new()));
        await ReplaceAsync(another, "license");
        LoseAnswer(() => Task.CompletedTask);

        Assert.Equal(0, (await CommitAsync(store, RowChange.Replace("license", new(), old.ETags[0]))).Conflict);
    }

    public void Dispose() => _handler.Dispose();

    private void LoseAnswer(Func<Task> meanwhile) => _handler.Next(async (forward, _) =>
    {
        using var answer = await forward();
        await meanwhile();
        throw new HttpRequestException("The connection was closed.");
    });

    private async Task<(AzureTableStore Store, AzureTableStore Another)> NewStoresAsync()
    {
        var connection = await Azurite.NewConnectionStringAsync();
        return (await Azurite.NewStoreAsync(connection, _handler), await Azurite.NewStoreAsync(connection));
    }

    private static async Task ReplaceAsync(AzureTableStore store, string key, int times = 1)
    {
        for (var i = 0; i < times; i++)
        {
            var row = await store.FindAsync(Table, "p", key, default);
            Assert.True((await CommitAsync(store, RowChange.Replace(key, new(), row!.ETag))).Committed);
        }
    }

    private static async Task<CommitResult> CommitAsync(AzureTableStore store, params RowChange[] changes) =>
        await store.CommitAsync(Table, "p", changes, default);
}
