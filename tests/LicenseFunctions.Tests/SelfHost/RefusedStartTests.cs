using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using LicenseFunctions.Storage.Sqlite;
using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.SelfHost;

/// <summary>A start that cannot succeed ends with one line that says what to do.</summary>
public sealed class RefusedStartTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("Storage__Foo", "1", "There is no setting Storage__Foo")]
    [InlineData("Storage__Provider", "Foo", "Storage__Provider is \"Foo\"; it can be Embedded or AzureTables")]
    [InlineData("RateLimits__LicensePerMinute", "abc", "RateLimits__LicensePerMinute is \"abc\"")]
    [InlineData("RateLimits__LicensePerMinute", "-1", "RateLimits__LicensePerMinute is \"-1\"")]
    [InlineData("Storage__Provider", "AzureTables", "needs either Storage__ConnectionString or Storage__TableEndpoint")]
    [InlineData("Storage__TableEndpoint", "nonsense", "Storage__TableEndpoint is not an address")]
    [InlineData("Signing__Provider", "KeyVault", "needs Signing__VaultUri")]
    [InlineData("Signing__Payload", "Both", "Signing__Payload is \"Both\"")]
    [InlineData("Bootstrap__ApiKey", "short", "Bootstrap__ApiKey has fewer than 16 characters")]
    [InlineData("ASPNETCORE_URLS", "nonsense", "ASPNETCORE_URLS is not an address to listen on")]
    [InlineData("ASPNETCORE_URLS", "ftp://127.0.0.1:0", "ASPNETCORE_URLS is not an address to listen on")]
    [InlineData("ASPNETCORE_URLS", "http://127.0.0.1:99999", "ASPNETCORE_URLS is not an address to listen on")]
    [InlineData("ASPNETCORE_URLS", "http://192.0.2.1:7071", "Choose another address with ASPNETCORE_URLS")]
    [InlineData("ASPNETCORE_URLS", "https://127.0.0.1:0", "ASPNETCORE_URLS")]
    public Task A_setting_that_is_wrong_is_named(string name, string value, string expected) => ShouldRefuseAsync(expected, (name, value));

    [Fact]
    public async Task A_connection_string_that_is_none_is_named_but_not_shown()
    {
        var lines = await ShouldRefuseAsync(
            "Storage__ConnectionString is not", ("Storage__Provider", "AzureTables"), ("Storage__ConnectionString", "Account=a;Key=c2VjcmV0LXNlY3JldA=="));

        Assert.DoesNotContain("c2VjcmV0", lines, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_that_is_taken_is_named_and_no_first_key_is_lost()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;

        await ShouldRefuseAsync($":{port}: address already in use: the port is taken", ("ASPNETCORE_URLS", $"http://127.0.0.1:{port}"));

        await using var host = await SelfHostProcess.StartAsync(_folder.Path);
        Assert.Equal(0, await host.StopAsync());
        Assert.Single(host.Output, line => line.StartsWith("export LICENSE_API_KEY=", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Data_below_a_file_cannot_be_made()
    {
        await File.WriteAllTextAsync(_folder["file"], "");

        await ShouldRefuseAsync("set Storage__Path", ("Storage__Path", _folder["file/data/licenses.db"]));
    }

    [Fact]
    public async Task A_folder_is_no_store()
    {
        Directory.CreateDirectory(_folder["folder"]);

        await ShouldRefuseAsync("set Storage__Path", ("Storage__Path", _folder["folder"]));
    }

    [Fact]
    public async Task Keys_below_a_file_cannot_be_made()
    {
        await File.WriteAllTextAsync(_folder["file"], "");

        await ShouldRefuseAsync("set Signing__Path", ("Signing__Path", _folder["file/keys"]));
    }

    [Fact]
    public async Task A_store_of_a_newer_version_is_left_alone()
    {
        await (await SqliteTableStore.OpenAsync(_folder["licenses.db"], default)).DisposeAsync();
        using (var database = Database.Open(_folder["licenses.db"]))
            database.Execute("PRAGMA user_version=99");

        await ShouldRefuseAsync("was written by a newer version of this program", ("Storage__Path", _folder["licenses.db"]));
    }

    [Fact]
    public async Task Local_settings_that_are_no_JSON_are_named()
    {
        await File.WriteAllTextAsync(_folder["local.settings.json"], "{\"Values\":{");

        await ShouldRefuseAsync("local.settings.json cannot be read as settings");
    }

    [Fact]
    public async Task Azure_Tables_that_do_not_answer_end_the_start_in_bounded_time()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var clock = Stopwatch.StartNew();

        await ShouldRefuseAsync(
            "The store does not answer", ("Storage__Provider", "AzureTables"),
            ("Storage__ConnectionString", $"AccountName=a;AccountKey=c2VjcmV0;TableEndpoint=http://127.0.0.1:{((IPEndPoint)silent.LocalEndpoint).Port}/a"));

        // The clients alone would go on for minutes.
        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 100);
    }

    [Fact]
    public Task Azure_Tables_that_nobody_serves_end_the_start() => ShouldRefuseAsync(
        "The store does not answer", ("Storage__Provider", "AzureTables"),
        ("Storage__ConnectionString", "AccountName=a;AccountKey=c2VjcmV0;TableEndpoint=http://127.0.0.1:1/a"));

    private async Task<string> ShouldRefuseAsync(string expected, params (string Name, string Value)[] settings)
    {
        await using var host = SelfHostProcess.Launch(_folder.Path, settings);

        var code = await host.ExitAsync();

        var lines = string.Join('\n', host.Errors.Concat(host.Output));
        Assert.True(code == 1 && host.Errors.Count == 1 && host.Output.Count == 0, $"It ended with {code}:\n{lines}");
        Assert.StartsWith("license-functions: ", lines, StringComparison.Ordinal);
        Assert.Contains(expected, lines, StringComparison.Ordinal);
        return lines;
    }
}
