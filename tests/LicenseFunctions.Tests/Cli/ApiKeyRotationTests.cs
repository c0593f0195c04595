using LicenseFunctions.Licensing;
using LicenseFunctions.Storage;
using LicenseFunctions.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace LicenseFunctions.Tests.Cli;

/// <summary>API keys are rotated beside a running server, and say when they were used.</summary>
public sealed class ApiKeyRotationTests
{
    private const string Hour = "yyyy-MM-dd'T'HH':00:00Z'";

    [AzuriteTheory]
    [InlineData("Embedded")]
    [InlineData("AzureTables")]
    public async Task The_old_secret_works_until_the_overlap_ends_and_the_new_one_is_the_same_key(string provider)
    {
        var connection = provider == "AzureTables" ? await Azurite.NewConnectionStringAsync() : null;
        using var cli = connection is null ? new CommandLine() : new(("Storage:Provider", provider), ("Storage:ConnectionString", connection));
        ITableStore store = connection is null ? await cli.OpenStoreAsync() : await Azurite.NewStoreAsync(connection);
        var time = new ManualTimeProvider(DateTimeOffset.UtcNow);
        await using var host = await ApiHost.StartAsync(store, time: time);
        var made = (await cli.RunAsync("api-key", "create", "--name", "shop", "--capability", "get-all-products", "--ip", "192.0.2.0/24", "--json")).Json;
        var (id, old) = (made.GetProperty("id").GetString()!, made.GetProperty("api_key").GetString()!);

        var rotated = await cli.RunAsync("api-key", "rotate", id, "--overlap", "2h", "--json");

        var secret = rotated.Json.GetProperty("api_key").GetString()!;
        Assert.NotEqual(old, secret);
        Assert.Equal((id, "[\"get-all-products\"]", "[\"192.0.2.0/24\"]"), (
            rotated.Json.GetProperty("id").GetString(), rotated.Json.GetProperty("capabilities").GetRawText(), rotated.Json.GetProperty("allowed_ips").GetRawText()));
        Assert.Equal(["810", "810"], [await CodeAsync(host, old), await CodeAsync(host, secret)]);
        var listed = Assert.Single((await cli.RunAsync("api-key", "list", "--json")).Json.EnumerateArray(), key => key.GetProperty("id").GetString() == id);
        Assert.Equal("rotating", listed.GetProperty("state").GetString());
        time.Advance(TimeSpan.FromHours(1.9));
        Assert.Equal(["810", "810"], [await CodeAsync(host, old), await CodeAsync(host, secret)]);
        time.Advance(TimeSpan.FromHours(0.2));
        Assert.Equal(["101", "810"], [await CodeAsync(host, old), await CodeAsync(host, secret)]);

        await cli.RunAsync("api-key", "disable", id);
        Assert.Equal("101", await CodeAsync(host, secret));
        await cli.RunAsync("api-key", "enable", id);
        Assert.Equal(["101", "810"], [await CodeAsync(host, old), await CodeAsync(host, secret)]);

        time.Advance(TimeSpan.FromDays(31));
        await host.Services.GetRequiredService<ApiKeys>().RemoveEndedAsync(TimeSpan.FromDays(60), default);
        Assert.Equal(["100", "810"], [await CodeAsync(host, old), await CodeAsync(host, secret)]);
        Assert.Single((await cli.RunAsync("api-key", "show", id, "--json")).Json.GetProperty("secrets").EnumerateArray());
        await (store as IAsyncDisposable ?? new Nothing()).DisposeAsync();
    }

    [Fact]
    public async Task A_leaked_secret_is_refused_from_the_next_request_on()
    {
        using var cli = new CommandLine();
        await using var store = await cli.OpenStoreAsync();
        await using var host = await ApiHost.StartAsync(store);
        var made = (await cli.RunAsync("api-key", "create", "--name", "shop", "--all", "--json")).Json;
        var (id, old) = (made.GetProperty("id").GetString()!, made.GetProperty("api_key").GetString()!);
        Assert.Equal("810", await CodeAsync(host, old));

        var rotated = await cli.RunAsync("api-key", "rotate", id, "--overlap", "0s");

        Assert.Matches(@"\Aexport LICENSE_API_KEY=lk_[A-Za-z0-9_-]{43}\r?\n\z", rotated.Output);
        Assert.Contains("the old one is refused from now on", rotated.Error, StringComparison.Ordinal);
        Assert.Equal("101", await CodeAsync(host, old));
        Assert.Equal("810", await CodeAsync(host, rotated.Output.Trim()["export LICENSE_API_KEY=".Length..]));
    }

    [Fact]
    public async Task A_rotation_that_died_half_way_leaves_a_secret_that_the_next_one_ends()
    {
        using var cli = new CommandLine();
        await using var store = await cli.OpenStoreAsync();
        await using var host = await ApiHost.StartAsync(store);
        var made = (await cli.RunAsync("api-key", "create", "--name", "shop", "--all", "--json")).Json;
        var (id, old) = (made.GetProperty("id").GetString()!, made.GetProperty("api_key").GetString()!);
        var keys = host.Services.GetRequiredService<ApiKeys>();
        var unseen = ApiKeys.NewKey();
        await keys.CreateAsync(unseen, (await keys.FindAsync(id, default))[0] with { Id = id }, default);
        Assert.Equal(["810", "810"], [await CodeAsync(host, old), await CodeAsync(host, unseen)]);

        var secret = (await cli.RunAsync("api-key", "rotate", id, "--overlap", "0s", "--json")).Json.GetProperty("api_key").GetString()!;

        Assert.Equal(["101", "101", "810"], [await CodeAsync(host, old), await CodeAsync(host, unseen), await CodeAsync(host, secret)]);
    }

    [Fact]
    public async Task A_key_says_in_which_hour_it_was_used_last_and_a_request_writes_nothing_for_that()
    {
        using var cli = new CommandLine();
        await using var inner = await cli.OpenStoreAsync();
        var store = new CountingStore(inner);
        var time = new ManualTimeProvider(DateTimeOffset.UtcNow);
        await using var host = await ApiHost.StartAsync(store, time: time);
        var made = (await cli.RunAsync("api-key", "create", "--name", "shop", "--all", "--json")).Json;
        var (id, secret) = (made.GetProperty("id").GetString()!, made.GetProperty("api_key").GetString()!);
        var use = host.Services.GetRequiredService<ApiKeyUse>();
        async Task<string?> LastUsedAsync() => (await cli.RunAsync("api-key", "show", id, "--json")).Json.GetProperty("last_used").GetString();

        Assert.Null(await LastUsedAsync());
        await CodeAsync(host, secret);
        var (_, calls) = await store.MeasureAsync(() => CodeAsync(host, secret));
        Assert.DoesNotContain(calls, call => call is { IsCommit: true, Table: TableNames.ApiKeys });
        await use.WriteAsync(default);
        Assert.Equal(time.GetUtcNow().ToString(Hour, null), await LastUsedAsync());

        // Once an hour and instance, however often it is used.
        (_, calls) = await store.MeasureAsync(async () =>
        {
            await CodeAsync(host, secret);
            await use.WriteAsync(default);
        });
        Assert.DoesNotContain(calls, call => call is { IsCommit: true, Table: TableNames.ApiKeys });
        time.Advance(TimeSpan.FromHours(3));
        await CodeAsync(host, secret);
        await use.WriteAsync(default);
        Assert.Equal(time.GetUtcNow().ToString(Hour, null), await LastUsedAsync());
    }

    [Fact]
    public async Task What_was_used_is_written_when_the_server_stops()
    {
        using var folder = new TemporaryFolder();
        const string Secret = "lk_given-by-the-setting-and-never-shown";
        await using (var host = await SelfHostProcess.StartAsync(folder.Path, ("Bootstrap__ApiKey", Secret)))
        {
            await new SelfHostClient(Secret, folder[".data/keys"]).NewLicenseAsync(host, 1);
            Assert.Equal(0, await host.StopAsync());
        }

        using var cli = new CommandLine(("Storage:Path", folder[".data/licenses.db"]));
        var shown = (await cli.RunAsync("api-key", "show", LicenseRows.Hash(Secret)[..12], "--json")).Json;
        Assert.InRange(DateTimeOffset.Parse(shown.GetProperty("last_used").GetString()!, null), DateTimeOffset.UtcNow.AddHours(-2), DateTimeOffset.UtcNow);
    }

    [Fact]
    public async Task Ids_and_lengths_that_are_none_fail()
    {
        using var cli = new CommandLine();

        (await cli.RunAsync("api-key", "rotate", "0123456789ab", "--overlap", "1h")).ShouldFail(1, "No API key has this id");
        (await cli.RunAsync("api-key", "show", "0123456789ab")).ShouldFail(1, "No API key has this id");
        (await cli.RunAsync("api-key", "rotate", "0123456789ab", "--overlap", "1 hour")).ShouldFail(2, "such as 90s, 15m, 24h or 30d");
        (await cli.RunAsync("api-key", "rotate", "0123456789ab")).ShouldFail(2, "'--overlap' is required");
    }

    private static async Task<string> CodeAsync(ApiHost host, string secret) =>
        (await host.SendAsync(new(HttpMethod.Get, "/api/v1/get-all-products"), secret)).Code;

    private sealed class Nothing : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
