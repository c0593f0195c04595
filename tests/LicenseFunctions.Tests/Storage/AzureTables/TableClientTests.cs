using System.Net;
using Azure;
using Azure.Core.Pipeline;
using Azure.Data.Tables;
using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.Storage.AzureTables;

/// <summary>The habits of the official client that the store relies on, so that a stand-in has them too.</summary>
public sealed class TableClientTests
{
    private static readonly ETag Stale = new("W/\"datetime'2001-01-01T00%3A00%3A00.0000000Z'\"");

    [AzuriteFact]
    public async Task Every_type_of_property_comes_back_as_it_was_written()
    {
        var table = await NewTableAsync();
        var entity = new TableEntity("p", "r")
        {
            ["text"] = "2024-01-01T00:00:00Z", ["yes"] = true, ["int"] = 42, ["long"] = 42L, ["double"] = 2.5, ["whole"] = 3.0,
            ["guid"] = Guid.Parse("00112233-4455-6677-8899-aabbccddeeff"), ["bytes"] = new byte[] { 1, 2 },
            ["time"] = new DateTimeOffset(2024, 5, 6, 7, 8, 9, TimeSpan.Zero).AddTicks(1234567),
        };
        await table.AddEntityAsync(entity);

        var found = (await table.GetEntityIfExistsAsync<TableEntity>("p", "r")).Value!;

        foreach (var (name, value) in (IEnumerable<KeyValuePair<string, object>>)entity)
            Assert.Equal(value, found[name]);
        Assert.Equal(default, entity.ETag);
        Assert.NotEqual(default, found.ETag);
        Assert.NotNull(found.Timestamp);
        Assert.Equal((42L, 42), (found.GetInt64("long"), found.GetInt32("int")));
        Assert.Throws<InvalidOperationException>(() => found.GetInt64("int"));
    }

    [AzuriteFact]
    public async Task An_entity_that_is_missing_or_there_already_is_told_as_officially()
    {
        var table = await NewTableAsync();
        await table.AddEntityAsync(new TableEntity("p", "r"));

        var duplicate = await Assert.ThrowsAsync<RequestFailedException>(() => table.AddEntityAsync(new TableEntity("p", "r")));
        var stale = await Assert.ThrowsAsync<RequestFailedException>(() => table.UpdateEntityAsync(new TableEntity("p", "r"), Stale));
        var missing = await Assert.ThrowsAsync<RequestFailedException>(() => table.UpdateEntityAsync(new TableEntity("p", "none"), ETag.All));

        Assert.Equal((409, "EntityAlreadyExists"), (duplicate.Status, duplicate.ErrorCode));
        Assert.Equal((412, "UpdateConditionNotSatisfied"), (stale.Status, stale.ErrorCode));
        Assert.Equal(404, missing.Status);
        Assert.Equal(404, (await table.DeleteEntityAsync("p", "none")).Status);
        Assert.False((await table.GetEntityIfExistsAsync<TableEntity>("p", "none")).HasValue);
        await Assert.ThrowsAsync<ArgumentException>(() => table.UpdateEntityAsync(new TableEntity("p", "r"), default));
    }

    [AzuriteFact]
    public async Task A_transaction_behaves_as_officially()
    {
        var table = await NewTableAsync();
        await Assert.ThrowsAsync<InvalidOperationException>(() => table.SubmitTransactionAsync([]));

        var answers = await table.SubmitTransactionAsync(
        [
            new(TableTransactionActionType.Add, new TableEntity("p", "a") { ["x"] = 1L, ["y"] = 1L }),
            new(TableTransactionActionType.UpdateReplace, new TableEntity("p", "b")), // Without a tag it is an upsert.
        ]);
        Assert.All(answers.Value, answer => Assert.Equal((204, true), (answer.Status, answer.Headers.ETag is not null)));

        await table.SubmitTransactionAsync([new(TableTransactionActionType.UpdateMerge, new TableEntity("p", "a") { ["x"] = 2L }, ETag.All)]);
        var merged = (await table.GetEntityIfExistsAsync<TableEntity>("p", "a")).Value!;
        Assert.Equal((2L, 1L), (merged.GetInt64("x"), merged.GetInt64("y")));

        var fault = await Assert.ThrowsAsync<TableTransactionFailedException>(() => table.SubmitTransactionAsync(
        [
            new(TableTransactionActionType.UpsertReplace, new TableEntity("p", "c")),
            new(TableTransactionActionType.Delete, new TableEntity("p", "none")),
        ]));
        Assert.Equal((404, 1), (fault.Status, fault.FailedTransactionActionIndex));
    }

    [Fact]
    public void A_filter_writes_each_value_as_the_service_reads_it()
    {
        var guid = Guid.Parse("00112233-4455-6677-8899-aabbccddeeff");
        var time = new DateTimeOffset(2024, 5, 6, 9, 8, 7, TimeSpan.FromHours(2));

        var filter = TableClient.CreateQueryFilter($"A eq {"it's"} and B gt {5L} and C eq {guid} and D lt {time} and E eq {true} and F eq {3}");

        Assert.Equal(
            "A eq 'it''s' and B gt 5L and C eq guid'00112233-4455-6677-8899-aabbccddeeff'"
            + " and D lt datetime'2024-05-06T07:08:07.0000000Z' and E eq true and F eq 3",
            filter);
    }

    [Theory]
    [InlineData("UseDevelopmentStorage=true", "http://127.0.0.1:10002/devstoreaccount1/t")]
    [InlineData("DefaultEndpointsProtocol=https;AccountName=acct;AccountKey=a2V5;EndpointSuffix=core.example", "https://acct.table.core.example/t")]
    [InlineData("AccountName=acct;AccountKey=a2V5", "https://acct.table.core.windows.net/t")]
    [InlineData("AccountName=acct;AccountKey=a2V5;TableEndpoint=http://127.0.0.1:1/acct/", "http://127.0.0.1:1/acct/t")]
    public async Task A_connection_string_says_where_the_tables_are(string connectionString, string expected)
    {
        using var handler = new ScriptedHandler().Answer(HttpStatusCode.NoContent);
        var service = new TableServiceClient(connectionString, new TableClientOptions { Transport = new HttpClientTransport(handler) });

        await service.GetTableClient("t").AddEntityAsync(new TableEntity("p", "r"));

        Assert.Equal(expected, handler.Sent.Single().Uri.AbsoluteUri);
    }

    private static async Task<TableClient> NewTableAsync()
    {
        var service = new TableServiceClient(await Azurite.NewConnectionStringAsync());
        await service.CreateTableIfNotExistsAsync("things");
        Assert.Equal(409, (await service.CreateTableIfNotExistsAsync("things")).GetRawResponse().Status);
        return service.GetTableClient("things");
    }
}
