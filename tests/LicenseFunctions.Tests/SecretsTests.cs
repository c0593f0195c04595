using System.Text;
using System.Text.Json;
using LicenseFunctions.Http;
using LicenseFunctions.Licensing;
using LicenseFunctions.Licensing.Events;
using LicenseFunctions.Signing;
using LicenseFunctions.Signing.LocalKeys;
using LicenseFunctions.Storage;
using LicenseFunctions.Storage.Sqlite;
using LicenseFunctions.Tests.Cli;
using LicenseFunctions.Tests.Contract;
using LicenseFunctions.Tests.Support;
using LicenseFunctions.Webhooks;
using Microsoft.Extensions.DependencyInjection;

namespace LicenseFunctions.Tests;

/// <summary>What is listened to is the process' own, so nothing else runs meanwhile.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;

/// <summary>
/// Secrets go in at every place where they can, through every endpoint, with every result and fault, at the most talkative
/// level; then all that came out is searched, except the answers to those who may have them.
/// </summary>
[Collection(nameof(Alone))]
public sealed class SecretsTests
{
    private const string LicenseKey = "CANARY/key ü+1";
    private const string Email = "canary.person@secret-mail.example";
    private const string WebhookSecret = "canary-webhook-secret-0123456789";

    [Fact]
    public void Whoever_looks_finds()
    {
        var canaries = new Canaries(LicenseKey);

        Assert.Equal(
            ["a CANARY/key ü+1", "GET /verify?license_key=CANARY%2Fkey%20%C3%BC%2B1", "lk_0123456789012345678901234567890123456789_-", "to ada@example.com", "Authorization: Bearer abcdefgh1"],
            new[] { "nothing", "a CANARY/key ü+1", "GET /verify?license_key=CANARY%2Fkey%20%C3%BC%2B1", "lk_0123456789012345678901234567890123456789_-", "lk_short", "to ada@example.com", "Authorization: Bearer abcdefgh1" }
                .Where(line => canaries.FoundIn([line]).Length > 0));
    }

    [Fact]
    public async Task No_documented_result_lets_one_out()
    {
        using var emissions = new Emissions();
        await using var walk = await Walk.StartAsync(null, emissions.ListenTo);
        foreach (var (_, scenario) in Scenarios.All)
            await scenario(walk);

        ShouldBeClean(emissions, walk.Host.ApiKey);
    }

    [Fact]
    public async Task No_request_of_the_recorded_clients_lets_one_out()
    {
        using var emissions = new Emissions();
        using var folder = new TemporaryFolder();
        await using var host = await ApiHost.StartWithAsync(emissions.ListenTo, null, null, null, ("Downloads:Path", folder["downloads"]));
        var (product, generator) = await ClientReplayTests.GivenAsync(host);
        foreach (var recorded in ContractData.ClientRequests.EnumerateArray())
        {
            using var request = ClientReplayTests.RequestOf(recorded, text => text
                .Replace("API_KEY", host.ApiKey, StringComparison.Ordinal).Replace("UUID", $"{Guid.NewGuid()}", StringComparison.Ordinal)
                .Replace("11111111-1111-4111-8111-111111111111", product.Uuid, StringComparison.Ordinal)
                .Replace("22222222-2222-4222-8222-222222222222", generator.Uuid, StringComparison.Ordinal));
            await host.SendAsync(request, null);
        }

        ShouldBeClean(emissions, host.ApiKey, "KEY-1", "KEY-2", "KEY-3");
    }

    [Fact]
    public async Task No_endpoint_lets_one_out_wherever_it_is_put_and_whatever_fails()
    {
        using var emissions = new Emissions();
        using var folder = new TemporaryFolder();
        await using var inner = await SqliteTableStore.OpenAsync(folder["licenses.db"], default);
        var store = new FailingStore(inner);
        var signer = new FailingSigner(new LocalKeySigner(folder["keys"], TimeProvider.System));
        await using var host = await ApiHost.StartWithAsync(emissions.ListenTo, store, signer, null, ("RateLimits:LicensePerMinute", "0"));
        await host.LicenseAsync(draft => draft with { Key = LicenseKey, OwnerEmail = Email });

        foreach (var fault in (Exception?[])[null, new StorageUnavailableException(), new InvalidOperationException("A defect.")])
        {
            store.Fault = fault;
            await SendEverywhereAsync(host, emissions);
        }

        store.Fault = null;
        signer.Fault = new SigningUnavailableException("The vault is out.");
        await SendEverywhereAsync(host, emissions);
        ShouldBeClean(emissions, host.ApiKey);
    }

    [Fact]
    public async Task No_webhook_lets_one_out_delivered_or_not()
    {
        using var emissions = new Emissions();
        await using var target = await WebhookTarget.StartAsync();
        await using var host = await ApiHost.StartWithAsync(emissions.ListenTo, null, null, null, ("Webhooks:AllowPrivateTargets", "true"));
        var webhooks = host.Services.GetRequiredService<VendorWebhooks>();
        await webhooks.AddAsync(target.Url, EventNames.All, WebhookSecret, default);
        foreach (var status in (System.Net.HttpStatusCode[])[System.Net.HttpStatusCode.OK, System.Net.HttpStatusCode.InternalServerError])
        {
            target.Status = status;
            var license = await host.LicenseAsync(draft => draft with { OwnerEmail = Email });
            await host.PostAsync("/api/v1/activate", ("license_key", license.Key), ("identifier", "a.example"));
            await Eventually.HoldsAsync(async () =>
            {
                await host.Services.GetRequiredService<WebhookDispatcher>().RunDueAsync(default);
                return target.Posts.Any(post => post.Body.Contains(license.Key, StringComparison.Ordinal));
            });
        }

        ShouldBeClean(emissions, host.ApiKey);
    }

    [AzuriteFact]
    public async Task Nor_do_the_Azure_clients_with_their_keys_and_tokens()
    {
        using var emissions = new Emissions();
        await using var vault = await FakeVault.StartAsync();
        var connection = await Azurite.NewConnectionStringAsync();
        var between = new ScriptedHandler();
        await using var walk = await Walk.StartAsync(await Azurite.NewStoreAsync(connection, between), emissions.ListenTo, vault.CreateSigner());
        foreach (var (name, scenario) in Scenarios.All.Where(each => each.Key.Split(' ')[0] is "activate" or "deactivate" or "access-downloadables"))
            await scenario(walk);
        var license = await walk.LicenseAsync();
        between.Answer(System.Net.HttpStatusCode.Forbidden, """{"odata.error":{"code":"AuthorizationFailure"}}""").Answer(System.Net.HttpStatusCode.BadRequest).LoseAnswer();
        vault.Fail(1, 403);
        for (var i = 0; i < 4; i++)
            await walk.PostAsync("activate", license, ("identifier", $"{i}"), ("nonce", $"{i}"));

        Assert.Contains(emissions.All, line => line.StartsWith("event Azure-Core ", StringComparison.Ordinal));
        var key = connection.Split(';').Single(part => part.StartsWith("AccountKey=", StringComparison.Ordinal))["AccountKey=".Length..];
        ShouldBeClean(emissions, walk.Host.ApiKey, key, FakeVault.AcceptedToken);
    }

    [Fact]
    public async Task The_process_itself_prints_none_though_everything_is_asked_of_its_log()
    {
        const string apiKey = "canary-api-key-0123456789abcdef", envato = "canary-envato-token-1";
        using var folder = new TemporaryFolder();
        await using var host = await SelfHostProcess.StartAsync(
            folder.Path, ("Bootstrap__ApiKey", apiKey), ("Envato__Token", envato), ("Envato__BaseUrl", "http://127.0.0.1:9"), ("Downloads__Path", folder["downloads"]),
            ("Logging__LogLevel__Default", "Trace"), ("Logging__LogLevel__Microsoft.AspNetCore.Hosting.Diagnostics", "Trace"), ("Logging__LogLevel__Microsoft.AspNetCore.Routing", "Trace"),
            ("Logging__Console__LogLevel__Default", "Trace"), ("Logging__Console__LogLevel__Microsoft.AspNetCore", "Trace"), ("Logging__Console__LogLevel__System.Net.Http.HttpClient", "Trace"));
        var canaries = new Canaries(apiKey, envato, LicenseKey, Email, "2c6bf3a9-5a5e-4a4f-9a52-0c1a7e5b1234");
        foreach (var request in Requests(apiKey).Where((_, i) => i % 3 == 0))
            await host.Http.SendAsync(request);
        using var purchase = new FormUrlEncodedContent([new("api_key", apiKey), new("license_key", "2c6bf3a9-5a5e-4a4f-9a52-0c1a7e5b1234"), new("identifier", "a")]);
        await host.Http.PostAsync("/api/v1/verify", purchase);
        await host.StopAsync();

        Assert.Contains(host.Output, line => line.Contains("Refused verify", StringComparison.Ordinal));
        Assert.Empty(canaries.FoundIn(host.Output.Concat(host.Errors)));
    }

    [Fact]
    public async Task A_start_that_fails_quotes_no_secret()
    {
        using var folder = new TemporaryFolder();
        var canaries = new Canaries("Y2FuYXJ5LXN0b3JhZ2Uta2V5", "canary-short");
        foreach (var settings in new (string, string)[][]
        {
            [("Storage__Provider", "AzureTables"), ("Storage__ConnectionString", "AccountName=x;AccountKey=Y2FuYXJ5LXN0b3JhZ2Uta2V5;TableEndpoint=:")],
            [("Storage__Provider", "AzureTables"), ("Storage__ConnectionString", "AccountKey=Y2FuYXJ5LXN0b3JhZ2Uta2V5")],
            [("Bootstrap__ApiKey", "canary-short")],
        })
        {
            await using var host = SelfHostProcess.Launch(folder.Path, settings);

            Assert.Equal(1, await host.ExitAsync());
            Assert.Empty(canaries.FoundIn(host.Output.Concat(host.Errors)));
        }
    }

    [Fact]
    public async Task The_command_line_shows_a_secret_once_and_to_nobody_else()
    {
        using var cli = new CommandLine();
        await cli.ProductAsync();
        var made = (await cli.RunAsync("api-key", "create", "--name", "shop", "--all", "--json")).Json.GetProperty("api_key").GetString()!;
        var hook = (await cli.RunAsync("webhook", "add", "--url", "https://example.com/hook", "--event", "license.activated", "--json")).Json;
        var canaries = new Canaries(made, hook.GetProperty("secret").GetString()!);
        var said = new List<string>();
        foreach (var args in (string[][])
            [["api-key", "list"], ["api-key", "list", "--json"], ["webhook", "list"], ["webhook", "list", "--json"], ["webhook", "dead", "--json"],
            ["api-key", "disable", made], ["license", "show", "unknown"], ["product", "list"], ["block", "list", "--json"]])
        {
            var result = await cli.RunAsync(args);
            said.AddRange([result.Output, result.Error]);
        }

        Assert.Empty(canaries.FoundIn(said));
    }

    [Fact]
    public async Task The_store_holds_no_API_key_and_no_webhook_secret_as_they_are()
    {
        using var folder = new TemporaryFolder();
        const string given = "canary-bootstrap-key-0123456789";
        string made;
        await using (var store = await SqliteTableStore.OpenAsync(folder["licenses.db"], default))
        await using (var host = await ApiHost.StartAsync(store))
        {
            made = host.ApiKey;
            await host.Services.GetRequiredService<ApiKeys>().CreateAsync(given, new ApiKey { Hash = "", Name = "given", Capabilities = ["*"] }, default);
            await host.Services.GetRequiredService<VendorWebhooks>().AddAsync("https://example.com/hook", EventNames.All, WebhookSecret, default);
            Assert.Equal("810", (await host.SendAsync(new(HttpMethod.Get, "/api/v1/get-all-products"), given)).Code);
        }

        var written = Directory.EnumerateFiles(folder.Path, "licenses.db*").Select(file => Encoding.Latin1.GetString(File.ReadAllBytes(file))).ToArray();

        Assert.Contains(written, text => text.Contains(LicenseRows.Hash(given), StringComparison.Ordinal));
        Assert.Empty(new Canaries(made, given, WebhookSecret).FoundIn(written));
    }

    /// <summary>Each function with each secret in each place, and what the recorded clients send.</summary>
    private static async Task SendEverywhereAsync(ApiHost host, Emissions emissions)
    {
        foreach (var request in Requests(host.ApiKey))
        {
            var answer = await host.Http.SendAsync(request);
            if (answer.Content.Headers.ContentType?.MediaType == "application/problem+json")
                emissions.Add("problem " + await answer.Content.ReadAsStringAsync());
        }
    }

    private static IEnumerable<HttpRequestMessage> Requests(string apiKey)
    {
        var key = Uri.EscapeDataString(LicenseKey);
        var query = $"license_key={key}&domain=canary.example&identifier={Uri.EscapeDataString(Email)}&owner_email={Uri.EscapeDataString(Email)}&nonce=n";
        foreach (var function in new FunctionCatalog().All)
        {
            var path = "/" + function.Route.Replace("{license_key}", key, StringComparison.Ordinal).Replace("{licenseKey}", key, StringComparison.Ordinal)
                .Replace("{api_key}", apiKey, StringComparison.Ordinal).Replace("{base64_identifier}", Convert.ToBase64String(Encoding.UTF8.GetBytes(Email)), StringComparison.Ordinal)
                .Replace("{*path}", $"verify/{apiKey}/{key}", StringComparison.Ordinal);
            path = System.Text.RegularExpressions.Regex.Replace(path, "{.*?}", key);
            foreach (var method in function.Methods.Select(name => HttpMethod.Parse(name)))
            {
                yield return With(new(method, $"{path}?{query}&api_key={apiKey}"));
                yield return With(new(method, $"{path}?{query}&broken=%ff"), apiKey);
                if (method != HttpMethod.Post)
                    continue;
                yield return With(Post(path, JsonSerializer.Serialize(new { license_key = LicenseKey, domain = "canary.example", identifier = Email, owner_email = Email, name = Email, description = LicenseKey }), "application/json"), apiKey);
                yield return With(Post(path, $"{{\"license_key\":\"{LicenseKey}\",\"owner_email\":[\"{Email}\"],\"identifier\":{{\"{Email}\":1}}", "application/json"), apiKey);
                yield return With(Post(path, $"{query}&api_key={apiKey}", "application/x-www-form-urlencoded"));
                yield return With(Post(path, $"{query}&api_key={apiKey}", $"text/{Convert.ToHexStringLower(Encoding.UTF8.GetBytes(Email))}"));
            }
        }

        yield return With(new(HttpMethod.Get, $"/nowhere/{apiKey}?{query}"), apiKey);
        yield return With(new(HttpMethod.Put, $"/verify?{query}"), apiKey);
    }

    private static HttpRequestMessage Post(string path, string body, string type) => RawRequests.Post(path, Encoding.UTF8.GetBytes(body), type);

    private static HttpRequestMessage With(HttpRequestMessage request, string? token = null)
    {
        if (token is not null)
            request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {token}");
        request.Headers.TryAddWithoutValidation("Idempotency-Key", LicenseKey.Replace("ü", "u", StringComparison.Ordinal) + Guid.NewGuid());
        request.Headers.TryAddWithoutValidation("Referer", $"https://shop.example/?email={Email}");
        request.Headers.TryAddWithoutValidation("Cookie", $"mail={Email}");
        return request;
    }

    private static void ShouldBeClean(Emissions emissions, params string[] secrets)
    {
        var all = emissions.All;
        Assert.Contains(all, line => line.Contains("Refused ", StringComparison.Ordinal) || line.StartsWith("metric ", StringComparison.Ordinal));
        Assert.Empty(new Canaries([LicenseKey, Email, WebhookSecret, .. secrets]).FoundIn(all));
    }

    private sealed class FailingStore(ITableStore inner) : ITableStore
    {
        public Exception? Fault { get; set; }

        public ValueTask<Row?> FindAsync(string table, string partition, string rowKey, CancellationToken cancel) =>
            Fault is { } fault && table != TableNames.ApiKeys ? throw fault : inner.FindAsync(table, partition, rowKey, cancel);

        public IAsyncEnumerable<Row> ListAsync(RowRange range, CancellationToken cancel) => Fault is { } fault ? throw fault : inner.ListAsync(range, cancel);

        public ValueTask<CommitResult> CommitAsync(string table, string partition, IReadOnlyList<RowChange> changes, CancellationToken cancel) =>
            Fault is { } fault ? throw fault : inner.CommitAsync(table, partition, changes, cancel);
    }

    private sealed class FailingSigner(ISigner inner) : ISigner
    {
        public Exception? Fault { get; set; }

        public Task<IReadOnlyList<SigningKey>> ListAsync(string name, CancellationToken cancel) => inner.ListAsync(name, cancel);

        public Task<SigningKey?> FindAsync(string name, string version, CancellationToken cancel) => inner.FindAsync(name, version, cancel);

        public Task<SigningKey> CreateAsync(string name, CancellationToken cancel) => inner.CreateAsync(name, cancel);

        public Task<SigningKey> AddAsync(string name, System.Security.Cryptography.RSA? key, CancellationToken cancel) => inner.AddAsync(name, key, cancel);

        public Task DisableAsync(SigningKey key, CancellationToken cancel) => inner.DisableAsync(key, cancel);

        public Task<byte[]> SignAsync(SigningKey key, ReadOnlyMemory<byte> digest, CancellationToken cancel) =>
            Fault is { } fault ? Task.FromException<byte[]>(fault) : inner.SignAsync(key, digest, cancel);

        public Task<byte[]> WrapAsync(ReadOnlyMemory<byte> key, CancellationToken cancel) => inner.WrapAsync(key, cancel);

        public Task<byte[]> UnwrapAsync(ReadOnlyMemory<byte> wrapped, CancellationToken cancel) => inner.UnwrapAsync(wrapped, cancel);
    }
}
