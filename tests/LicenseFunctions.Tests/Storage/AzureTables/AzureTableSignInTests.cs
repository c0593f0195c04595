using System.Net;
using System.Security.Cryptography;
using System.Text;
using Azure.Core;
using Azure.Identity;
using LicenseFunctions.Storage;
using LicenseFunctions.Storage.AzureTables;
using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.Storage.AzureTables;

public sealed class AzureTableSignInTests : IDisposable
{
    private const string Found = """{"odata.etag":"W/\"1\"","PartitionKey":"p","RowKey":"x"}""";

    private readonly ScriptedHandler _handler = new();

    [Fact]
    public async Task With_a_key_every_try_is_signed_for_its_own_time()
    {
        // Two seconds: a timer may be a little early, and the date counts whole ones.
        _handler.Answer(HttpStatusCode.ServiceUnavailable, "", ("Retry-After", "2")).Answer(HttpStatusCode.OK, Found);

        await Offline.Store(_handler).FindAsync(TableNames.Licenses, "it's", "ü", default);

        foreach (var sent in _handler.Sent)
        {
            Assert.Equal("https://acct.table.example.invalid/licenses(PartitionKey='it%27%27s',RowKey='%C3%BC')", sent.Uri.GetLeftPart(UriPartial.Path));
            var signed = $"{sent.Headers["x-ms-date"]}\n/acct{sent.Uri.AbsolutePath}";
            var signature = HMACSHA256.HashData("key"u8, Encoding.UTF8.GetBytes(signed));
            Assert.Equal($"SharedKeyLite acct:{Convert.ToBase64String(signature)}", sent.Headers["Authorization"]);
            Assert.Equal("2020-12-06", sent.Headers["x-ms-version"]);
        }

        Assert.Equal(2, _handler.Sent.Select(sent => sent.Headers["x-ms-date"]).Distinct().Count());
    }

    [Fact]
    public async Task With_an_identity_its_token_is_sent()
    {
        _handler.Answer(HttpStatusCode.OK, Found);
        var store = Offline.StoreWithIdentity(_handler, () => new AccessToken("the-token", DateTimeOffset.UtcNow.AddHours(1)));

        Assert.NotNull(await store.FindAsync(TableNames.Licenses, "p", "x", default));
        Assert.Equal("Bearer the-token", _handler.Sent.Single().Headers["Authorization"]);
    }

    [Fact]
    public async Task An_identity_that_gets_no_token_is_an_unavailable_store()
    {
        var store = Offline.StoreWithIdentity(_handler, () => throw new AuthenticationFailedException("no answer"));

        await Assert.ThrowsAsync<StorageUnavailableException>(async () => await store.FindAsync(TableNames.Licenses, "p", "x", default));
        Assert.Empty(_handler.Sent);
    }

    [Fact]
    public async Task An_identity_that_may_not_create_tables_is_fine_when_they_exist()
    {
        RefuseOrAnswer(HttpStatusCode.OK, """{"value":[]}""");

        await Offline.Store(_handler).EnsureTablesAsync(default);

        Assert.Equal(TableNames.All.Count * 2, _handler.Sent.Count);
    }

    [Fact]
    public async Task An_identity_that_may_not_create_missing_tables_stops_the_start()
    {
        RefuseOrAnswer(HttpStatusCode.NotFound, """{"odata.error":{"code":"TableNotFound","message":{"value":"No such table."}}}""");

        var fault = await Assert.ThrowsAsync<Azure.RequestFailedException>(() => Offline.Store(_handler).EnsureTablesAsync(default));

        Assert.Equal("TableNotFound", fault.ErrorCode);
    }

    [AzuriteFact]
    public async Task A_wrong_key_is_refused_and_not_taken_for_an_outage()
    {
        var connection = await Azurite.NewConnectionStringAsync();
        var wrong = connection.Replace("AccountKey=", "AccountKey=AAAA", StringComparison.Ordinal);
        var store = new AzureTableStore(AzureTableClients.Connect(wrong));

        var fault = await Assert.ThrowsAsync<Azure.RequestFailedException>(
            async () => await store.FindAsync(TableNames.Licenses, "p", "x", default));

        Assert.Equal(403, fault.Status);
    }

    public void Dispose() => _handler.Dispose();

    /// <summary>The tables are asked for at once, so each request is answered by what it is.</summary>
    private void RefuseOrAnswer(HttpStatusCode status, string body) =>
        _handler.Otherwise(request => request.Method == HttpMethod.Post
            ? new(HttpStatusCode.Forbidden)
            : new(status) { Content = new StringContent(body, Encoding.UTF8, "application/json") });
}
