using LicenseFunctions.Signing;
using LicenseFunctions.Signing.LocalKeys;
using LicenseFunctions.Storage;
using LicenseFunctions.Storage.Sqlite;
using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.Functions;

public sealed class HealthTests : IAsyncLifetime, IDisposable
{
    internal const string Ready = """{"status":"ok","store":"ok","signing":"ok"}""";
    internal const string NoStore = """{"status":"unavailable","store":"unavailable","signing":"ok"}""";
    private const string NoSigning = """{"status":"unavailable","store":"ok","signing":"unavailable"}""";

    /// <summary>Within which there is an answer, whatever hangs.</summary>
    private static readonly TimeSpan Owed = TimeSpan.FromSeconds(2);

    private readonly TemporaryFolder _folder = new();
    private readonly ManualTimeProvider _time = new() { HoldsTimers = true };
    private SqliteTableStore _sqlite = null!;
    private CountingStore _store = null!;

    public async Task InitializeAsync()
    {
        _sqlite = await SqliteTableStore.OpenAsync(_folder["licenses.db"], default);
        _store = new CountingStore(_sqlite);
    }

    public async Task DisposeAsync() => await _sqlite.DisposeAsync();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Living_touches_nothing()
    {
        var signer = new FakeSigner();
        await using var host = await StartAsync(signer);
        var (calls, listings) = (_store.Calls.Count, signer.Listings);

        var (status, body, answer) = await GetAsync(host, "live");

        Assert.Equal((200, """{"status":"ok"}"""), (status, body));
        Assert.True(answer.Headers.CacheControl!.NoStore);
        Assert.Equal((calls, listings, 0), (_store.Calls.Count, signer.Listings, signer.Signings));
    }

    [Fact]
    public async Task A_vault_that_is_down_and_up_again_is_told()
    {
        await using var vault = await FakeVault.StartAsync();
        await using var host = await StartAsync(vault.CreateSigner(_time));
        Assert.Equal((200, Ready), Told(await GetAsync(host, "ready")));
        vault.Fail(times: 1, status: 403);
        _time.Advance(TimeSpan.FromSeconds(2));

        var (status, body, answer) = await GetAsync(host, "ready");

        Assert.Equal((503, NoSigning), (status, body));
        Assert.Equal(TimeSpan.FromSeconds(1), answer.Headers.RetryAfter!.Delta);
        Assert.True(answer.Headers.CacheControl!.NoStore);
        Assert.Equal("application/json", answer.Content.Headers.ContentType!.MediaType);
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal((200, Ready), Told(await GetAsync(host, "ready")));
    }

    [Fact]
    public async Task Local_keys_that_cannot_be_read_are_told()
    {
        await File.WriteAllTextAsync(_folder["keys"], "a file in the place of the folder");
        await using var host = await StartAsync(new LocalKeySigner(_folder["keys"], _time));

        Assert.Equal((503, NoSigning), Told(await GetAsync(host, "ready")));
    }

    [Fact]
    public async Task A_store_that_hangs_is_told_in_time_and_not_asked_again_meanwhile()
    {
        var signer = new FakeSigner();
        await using var host = await StartAsync(signer);
        Assert.Equal((200, Ready), Told(await GetAsync(host, "ready")));
        _time.Advance(TimeSpan.FromSeconds(2));
        var (hangs, asked) = (new TaskCompletionSource(), _store.Calls.Count);
        _store.Before = _ => hangs.Task;

        for (var i = 0; i < 2; i++)
        {
            var (signings, answer) = (signer.Signings, GetAsync(host, "ready"));
            // What signs has signed, and nothing but the store is waited for.
            await Eventually.HoldsAsync(() => signer.Signings > signings && _store.Calls.Count > asked && _time.DueWithin(Owed) == 1);
            Assert.False(answer.IsCompleted);
            _time.Advance(Owed);

            Assert.Equal((503, NoStore), Told(await answer.WaitAsync(Eventually.Patience)));
            Assert.Equal(asked + 1, _store.Calls.Count);
            _time.Advance(TimeSpan.FromSeconds(2));
        }

        hangs.SetResult();
    }

    [Fact]
    public async Task All_who_ask_within_a_second_share_one_write_and_one_signature()
    {
        var signer = new FakeSigner();
        await using var host = await StartAsync(signer);
        var before = _store.Commits(TableNames.Limits);

        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => GetAsync(host, "ready")));
        var first = (_store.Commits(TableNames.Limits) - before, signer.Signings);
        _time.Advance(TimeSpan.FromSeconds(1));
        await GetAsync(host, "ready");

        Assert.Equal((1, 1), first);
        Assert.Equal((2, 2), (_store.Commits(TableNames.Limits) - before, signer.Signings));
    }

    internal static (int, string) Told((int Status, string Body, HttpResponseMessage) answer) => (answer.Status, answer.Body);

    internal static async Task<(int Status, string Body, HttpResponseMessage Answer)> GetAsync(ApiHost host, string which)
    {
        var answer = await host.Http.GetAsync($"/health/{which}");
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(), answer);
    }

    private Task<ApiHost> StartAsync(ISigner signer) => ApiHost.StartAsync(_store, signer, _time);
}
