using LicenseFunctions.Licensing;
using LicenseFunctions.Storage;
using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.Cli;

/// <summary>What the command line changes holds for the next request of a running server.</summary>
public sealed class BesideServerTests
{
    private delegate Task<CommandLineResult> Run(params string[] args);

    [Fact]
    public async Task Another_process_changes_what_the_server_answers_next()
    {
        using var cli = new CommandLine();
        await using var store = await cli.OpenStoreAsync();

        await ShouldHoldAtOnceAsync(store, cli.SpawnAsync);
    }

    [AzuriteTheory]
    [InlineData("Embedded")]
    [InlineData("AzureTables")]
    public async Task Either_store_shows_the_server_what_was_changed(string provider)
    {
        var connection = provider == "AzureTables" ? await Azurite.NewConnectionStringAsync() : null;
        using var cli = connection is null ? new CommandLine() : new(("Storage:Provider", provider), ("Storage:ConnectionString", connection));
        ITableStore store = connection is null ? await cli.OpenStoreAsync() : await Azurite.NewStoreAsync(connection);
        try
        {
            await ShouldHoldAtOnceAsync(store, cli.RunAsync);
        }
        finally
        {
            await (store as IAsyncDisposable ?? new Nothing()).DisposeAsync();
        }
    }

    private static async Task ShouldHoldAtOnceAsync(ITableStore store, Run run)
    {
        await using var host = await ApiHost.StartAsync(store);
        var license = await host.LicenseAsync();
        var made = (await run("api-key", "create", "--name", "shop", "--capability", "verify", "--json")).Json;
        var (id, apiKey) = (made.GetProperty("id").GetString()!, made.GetProperty("api_key").GetString()!);
        await host.PostAsync("/api/v1/activate", ("license_key", license.Key), ("identifier", "a.example"));
        Task<string> VerifyAsync() => CodeAsync(host, license, apiKey);
        Assert.Equal("200", await VerifyAsync());

        await ShouldTurnAsync(run, VerifyAsync, "101", ["api-key", "disable", id], ["api-key", "enable", id]);
        await ShouldTurnAsync(run, VerifyAsync, "150", ["block", "add", "--ip", "192.0.2.0/24"], ["block", "remove", "--ip", "192.0.2.0/24"]);
        await ShouldTurnAsync(run, VerifyAsync, "150", ["block", "add", "--identifier", "A.example"], ["block", "remove", "--identifier", "a.example"]);
        await ShouldTurnAsync(run, VerifyAsync, "204", ["license", "suspend", license.Key], ["license", "reinstate", license.Key]);
        await ShouldTurnAsync(run, VerifyAsync, "204", ["license", "revoke", license.Key], ["license", "reinstate", license.Key]);

        var shown = (await run("license", "show", license.Key, "--json")).Json;
        Assert.Equal("a.example", Assert.Single(shown.GetProperty("activations").EnumerateArray()).GetProperty("identifier").GetString());
        Assert.Equal(6, shown.GetProperty("verification_count").GetInt32());
        Assert.Equal(1, (await run("product", "list", "--json")).Json.GetArrayLength());
    }

    /// <summary>The first command makes the server refuse, the second makes it agree again.</summary>
    private static async Task ShouldTurnAsync(Run run, Func<Task<string>> verifyAsync, string refusal, string[] there, string[] back)
    {
        Assert.Equal(0, (await run(there)).Code);
        Assert.Equal(refusal, await verifyAsync());
        Assert.Equal(0, (await run(back)).Code);
        Assert.Equal("200", await verifyAsync());
    }

    private static async Task<string> CodeAsync(ApiHost host, License license, string apiKey)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/verify")
        {
            Content = new FormUrlEncodedContent([new("license_key", license.Key), new("identifier", "a.example")]),
        };
        return (await host.SendAsync(request, apiKey)).Code;
    }

    /// <summary>The table store has nothing to close.</summary>
    private sealed class Nothing : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
