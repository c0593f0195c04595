using System.Net;
using System.Net.Sockets;
using LicenseFunctions.Storage;
using LicenseFunctions.Storage.AzureTables;
using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.Storage.AzureTables;

public sealed class AzureTableFaultTests : IDisposable
{
    private const string Table = TableNames.Licenses;
    private const string Found = """{"odata.etag":"W/\"1\"","PartitionKey":"p","RowKey":"x"}""";

    private readonly ScriptedHandler _handler = new();

    [Fact]
    public async Task A_throttled_read_is_repeated_after_the_pause_the_service_asks_for()
    {
        _handler.Answer(HttpStatusCode.ServiceUnavailable, "", ("Retry-After", "1")).Answer(HttpStatusCode.OK, Found);
        var clock = System.Diagnostics.Stopwatch.StartNew();

        Assert.NotNull(await FindAsync());
        Assert.True(clock.Elapsed > TimeSpan.FromSeconds(0.9));
    }

    [Fact]
    public async Task A_pause_that_would_outlast_the_deadline_is_passed_on_at_once()
    {
        _handler.Answer(HttpStatusCode.TooManyRequests, "", ("Retry-After", "30"));

        var fault = await Assert.ThrowsAsync<StorageUnavailableException>(FindAsync);

        Assert.Equal(TimeSpan.FromSeconds(30), fault.RetryAfter);
        Assert.Single(_handler.Sent);
    }

    [Theory]
    [InlineData(HttpStatusCode.ServiceUnavailable)]
    [InlineData(HttpStatusCode.InternalServerError)]
    [InlineData(HttpStatusCode.RequestTimeout)]
    [InlineData(HttpStatusCode.TooManyRequests)]
    public async Task A_service_that_keeps_failing_is_unavailable_after_three_tries(HttpStatusCode status)
    {
        for (var i = 0; i < 3; i++)
            _handler.Answer(status);

        var fault = await Assert.ThrowsAsync<StorageUnavailableException>(FindAsync);

        Assert.Equal(3, _handler.Sent.Count);
        Assert.Equal(TimeSpan.FromSeconds(1), fault.RetryAfter);
    }

    [Fact]
    public async Task A_transaction_that_the_service_throttles_inside_its_answer_is_repeated()
    {
        var busy = "\r\nContent-Type: application/http\r\n\r\nHTTP/1.1 503 Service Unavailable\r\nContent-Type: application/json\r\n\r\n"
            + """{"odata.error":{"code":"ServerBusy","message":{"value":"0:The server is busy."}}}""" + "\r\n";
        var done = "\r\nContent-Type: application/http\r\n\r\nHTTP/1.1 204 No Content\r\nETag: W/\"1\"\r\n\r\n\r\n";
        AnswerBatch(busy);
        AnswerBatch(done, done);

        var result = await CommitAsync();

        Assert.All(result.ETags, etag => Assert.StartsWith("W/\"1\"", etag, StringComparison.Ordinal));
        Assert.Equal(2, _handler.Sent.Count);
    }

    [Fact]
    public async Task A_port_that_nobody_listens_on_is_an_unavailable_store()
    {
        using var port = new LoopbackPort();
        var store = new AzureTableStore(AzureTableClients.Connect($"AccountName=a;AccountKey=a2V5;TableEndpoint=http://127.0.0.1:{port.Number}/a"));

        await Assert.ThrowsAsync<StorageUnavailableException>(async () => await store.FindAsync(Table, "p", "x", default));
        await Assert.ThrowsAsync<StorageUnavailableException>(() => store.EnsureTablesAsync(default));
    }

    [Fact]
    public async Task The_callers_cancellation_stays_one()
    {
        using var cancel = new CancellationTokenSource();
        Task<HttpResponseMessage> HangUntilCancelled(Func<Task<HttpResponseMessage>> forward, CancellationToken token)
        {
            cancel.Cancel();
            return Task.Delay(Timeout.Infinite, token).ContinueWith<HttpResponseMessage>(_ => throw new OperationCanceledException(token), TaskScheduler.Default);
        }

        _handler.Next(HangUntilCancelled).Next(HangUntilCancelled);
        var store = Offline.Store(_handler);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await store.FindAsync(Table, "p", "x", cancel.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            async () => await store.CommitAsync(Table, "p", [RowChange.Insert("x", new())], cancel.Token));
        Assert.Single(_handler.Sent);
    }

    [Fact]
    public async Task A_caller_that_leaves_does_not_tear_off_its_commit()
    {
        using var cancel = new CancellationTokenSource();
        var answered = new TaskCompletionSource<CancellationToken>();
        _handler.Next(async (_, token) =>
        {
            await cancel.CancelAsync();
            answered.SetResult(token);
            return new HttpResponseMessage(HttpStatusCode.NoContent);
        });

        await Offline.Store(_handler).CommitAsync(Table, "p", [RowChange.Insert("x", new())], cancel.Token).AsTask()
            .ContinueWith(_ => { }, TaskScheduler.Default);

        Assert.False((await answered.Task).IsCancellationRequested);
    }

    public void Dispose() => _handler.Dispose();

    private void AnswerBatch(params string[] parts) => _handler.Next((_, _) =>
    {
        var set = string.Concat(parts.Select(part => $"--set{part}")) + "--set--\r\n";
        var body = $"--batch\r\nContent-Type: multipart/mixed; boundary=set\r\n\r\n{set}--batch--\r\n";
        var content = new StringContent(body);
        content.Headers.ContentType = new("multipart/mixed") { Parameters = { new("boundary", "batch") } };
        return Task.FromResult(new HttpResponseMessage(HttpStatusCode.Accepted) { Content = content });
    });

    private async Task<Row?> FindAsync() => await Offline.Store(_handler).FindAsync(Table, "p", "x", default);

    private async Task<CommitResult> CommitAsync() =>
        await Offline.Store(_handler).CommitAsync(Table, "p", [RowChange.Insert("x", new()), RowChange.Insert("y", new())], default);
}
