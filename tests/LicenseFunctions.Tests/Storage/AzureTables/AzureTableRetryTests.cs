using System.Net;
using LicenseFunctions.Storage;
using LicenseFunctions.Storage.AzureTables;
using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.Storage.AzureTables;

/// <summary>A first try that went through unheard, and what its retry then meets.</summary>
public sealed class AzureTableRetryTests : IDisposable
{
    private const string Table = TableNames.Licenses;

    private readonly ScriptedHandler _handler = new();

    [AzuriteTheory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_insert_whose_answer_was_lost_is_committed_once(bool dropped)
    {
        var store = await NewStoreAsync();
        LoseNext(dropped);

        var result = await CommitAsync(store, RowChange.Insert("x", new() { ["n"] = 1L }));

        Assert.True(result.Committed);
        Assert.Equal((await FindAsync(store, "x"))!.ETag, result.ETags[0]);
        Assert.True((await CommitAsync(store, RowChange.Replace("x", new(), result.ETags[0]))).Committed);
    }

    [AzuriteTheory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_replace_whose_answer_was_lost_is_committed_once(bool dropped)
    {
        var store = await NewStoreAsync();
        var added = await CommitAsync(store, RowChange.Insert("x", new()));
        LoseNext(dropped);

        var result = await CommitAsync(store, RowChange.Replace("x", new() { ["n"] = 2L }, added.ETags[0]));

        var row = await FindAsync(store, "x");
        Assert.Equal((2L, result.ETags[0]), (row!.Values.GetNumber("n"), row.ETag));
    }

    [AzuriteFact]
    public async Task A_delete_whose_answer_was_lost_is_committed()
    {
        var store = await NewStoreAsync();
        var added = await CommitAsync(store, RowChange.Insert("x", new()), RowChange.Insert("y", new()), RowChange.Insert("z", new()));
        LoseNext(dropped: true);
        Assert.True((await CommitAsync(store, RowChange.Delete("x", added.ETags[0]))).Committed);

        LoseNext(dropped: true);
        var both = await CommitAsync(store, RowChange.Delete("y", added.ETags[1]), RowChange.Delete("z", added.ETags[2]));

        Assert.Equal(["", ""], both.ETags);
        Assert.Null(await FindAsync(store, "y"));
    }

    [AzuriteTheory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_transaction_whose_answer_was_lost_is_committed_once(bool dropped)
    {
        var store = await NewStoreAsync();
        var old = await CommitAsync(store, RowChange.Insert("license", new()), RowChange.Insert("gone", new()));
        LoseNext(dropped);

        var result = await CommitAsync(
            store, RowChange.Replace("license", new(), old.ETags[0]), RowChange.Insert("activation", new()), RowChange.Delete("gone", old.ETags[1]));

        Assert.Equal((await FindAsync(store, "license"))!.ETag, result.ETags[0]);
        Assert.Equal((await FindAsync(store, "activation"))!.ETag, result.ETags[1]);
        Assert.Equal("", result.ETags[2]);
    }

    [AzuriteFact]
    public async Task A_lost_commit_is_known_by_any_of_its_rows_and_a_row_changed_since_has_a_tag_that_no_longer_holds()
    {
        var store = await NewStoreAsync();
        var old = await CommitAsync(store, RowChange.Insert("license", new()));
        _handler.Next(async (forward, _) =>
        {
            using var answer = await forward();
            await CommitAsync(store, RowChange.Upsert("license", new() { ["by"] = "another" }));
            throw new HttpRequestException("The connection was closed.");
        });

        var result = await CommitAsync(store, RowChange.Replace("license", new(), old.ETags[0]), RowChange.Insert("activation", new()));

        Assert.True(result.Committed);
        Assert.Equal(0, (await CommitAsync(store, RowChange.Replace("license", new(), result.ETags[0]))).Conflict);
        Assert.True((await CommitAsync(store, RowChange.Replace("activation", new(), result.ETags[1]))).Committed);
    }

    [AzuriteFact]
    public async Task A_retry_that_meets_someone_elses_row_is_refused()
    {
        var store = await NewStoreAsync();
        await CommitAsync(store, RowChange.Insert("x", new() { ["by"] = "another" }));
        _handler.Answer(HttpStatusCode.ServiceUnavailable).Answer(HttpStatusCode.ServiceUnavailable);

        Assert.Equal(0, (await CommitAsync(store, RowChange.Insert("x", new()))).Conflict);
        _handler.Answer(HttpStatusCode.ServiceUnavailable);
        Assert.Equal(1, (await CommitAsync(store, RowChange.Insert("y", new()), RowChange.Insert("x", new()))).Conflict);
        Assert.Equal("another", (await FindAsync(store, "x"))!.Values.GetText("by"));
    }

    [AzuriteFact]
    public async Task A_conflict_at_the_first_try_costs_no_further_request()
    {
        var store = await NewStoreAsync();
        await CommitAsync(store, RowChange.Insert("x", new()));
        _handler.Sent.Clear();

        Assert.Equal(0, (await CommitAsync(store, RowChange.Insert("x", new()))).Conflict);
        Assert.Single(_handler.Sent);
    }

    [AzuriteFact]
    public async Task A_try_that_gets_no_answer_is_given_up_and_repeated()
    {
        var store = await NewStoreAsync();
        _handler.Hang();

        Assert.True((await CommitAsync(store, RowChange.Insert("x", new()))).Committed);
        Assert.Equal(2, _handler.Sent.Count);
    }

    public void Dispose() => _handler.Dispose();

    private async Task<AzureTableStore> NewStoreAsync() =>
        await Azurite.NewStoreAsync(await Azurite.NewConnectionStringAsync(), _handler);

    private void LoseNext(bool dropped)
    {
        if (dropped)
            _handler.LoseAnswer();
        else
            _handler.AnswerAfterwards(HttpStatusCode.InternalServerError);
    }

    private static async Task<CommitResult> CommitAsync(AzureTableStore store, params RowChange[] changes) =>
        await store.CommitAsync(Table, "p", changes, default);

    private static async Task<Row?> FindAsync(AzureTableStore store, string key) => await store.FindAsync(Table, "p", key, default);
}
