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
    [InlineData(1, true)]
    [InlineData(7, true)]
    [InlineData(8, false)] // The row remembers eight commits, its own among them.
    public async Task A_replace_is_known_by_what_later_replaces_hand_on(int later, bool known)
    {
        var (store, another) = await NewStoresAsync();
        var old = await CommitAsync(store, RowChange.Insert("license", new()));
        LoseAnswer(async () =>
        {
            for (var i = 0; i < later; i++)
                await ReplaceAsync(another, "license");
        });

        var result = await CommitAsync(store, RowChange.Replace("license", new() { ["n"] = 1L }, old.ETags[0]));

        Assert.Equal(known, result.Committed);
        if (known)
            Assert.Equal(0, (await CommitAsync(store, RowChange.Replace("license", new(), result.ETags[0]))).Conflict);
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

    private static async Task ReplaceAsync(AzureTableStore store, string key)
    {
        var row = await store.FindAsync(Table, "p", key, default);
        Assert.True((await CommitAsync(store, RowChange.Replace(key, new(), row!.ETag))).Committed);
    }

    private static async Task<CommitResult> CommitAsync(AzureTableStore store, params RowChange[] changes) =>
        await store.CommitAsync(Table, "p", changes, default);
}
