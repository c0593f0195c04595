using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.SelfHost;

public sealed class StartTests : IDisposable
{
    private const string ApiKey = "lk_given-by-the-setting-and-never-shown";
    private const string Export = "export LICENSE_API_KEY=";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_first_key_is_printed_once_and_works()
    {
        await using var first = await SelfHostProcess.StartAsync(_folder.Path);
        // The line follows the one that says where it listens.
        await Eventually.HoldsAsync(() => first.Output.Any(line => line.StartsWith(Export, StringComparison.Ordinal)));
        var apiKey = KeyOf(first);
        await new SelfHostClient(apiKey, _folder[".data/keys"]).NewLicenseAsync(first, 1);
        Assert.Equal(0, await first.StopAsync());
        Assert.Single(first.Output, line => line.Contains(apiKey, StringComparison.Ordinal));

        await using var second = await SelfHostProcess.StartAsync(_folder.Path);
        Assert.Equal(0, await second.StopAsync());

        Assert.DoesNotContain(second.Output, line => line.Contains(Export, StringComparison.Ordinal));
        Assert.Empty(first.Errors.Concat(second.Errors));
    }

    [Fact]
    public async Task Of_two_that_start_at_once_on_a_new_store_one_prints_a_key()
    {
        var hosts = await Task.WhenAll(SelfHostProcess.StartAsync(_folder.Path), SelfHostProcess.StartAsync(_folder.Path));
        foreach (var host in hosts)
            Assert.Equal(0, await host.StopAsync());

        Assert.Single(hosts.SelectMany(host => host.Output), line => line.StartsWith(Export, StringComparison.Ordinal));
        foreach (var host in hosts)
            await host.DisposeAsync();
    }

    [Fact]
    public async Task A_given_key_works_from_the_first_request_and_is_never_printed()
    {
        await using var host = await SelfHostProcess.StartAsync(_folder.Path, ("Bootstrap__ApiKey", ApiKey));

        var client = new SelfHostClient(ApiKey, _folder[".data/keys"]);
        var license = await client.NewLicenseAsync(host, 1);
        Assert.Equal("300", (await client.ActivateAsync(host, license, "m")).Code);
        Assert.Equal("302", (await client.ActivateAsync(host, license, "n")).Code);

        Assert.Equal(0, await host.StopAsync());
        var printed = string.Join('\n', host.Output.Concat(host.Errors));
        Assert.DoesNotContain(ApiKey, printed, StringComparison.Ordinal);
        Assert.DoesNotContain(license, printed, StringComparison.Ordinal);
        Assert.DoesNotContain("lk_", printed, StringComparison.Ordinal);
        Assert.DoesNotContain("PRIVATE", printed, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Local_settings_hold_unless_the_environment_says_otherwise()
    {
        await File.WriteAllTextAsync(_folder["local.settings.json"], $$"""
            {"IsEncrypted": false, "Values": {"Storage__Path": "from-file/licenses.db", "Signing__Path": "from-file/keys", "Bootstrap__ApiKey": "{{ApiKey}}" } }
            """);
        await using var host = await SelfHostProcess.StartAsync(_folder.Path, ("Signing__Path", _folder["elsewhere/keys"]));

        Assert.Equal("300", await ActivateAsync(host, _folder["elsewhere/keys"]));

        Assert.Equal(0, await host.StopAsync());
        Assert.True(File.Exists(_folder["from-file/licenses.db"]));
        Assert.True(Directory.Exists(_folder["elsewhere/keys/global"]));
        Assert.False(Directory.Exists(_folder["from-file/keys"]));
        Assert.False(Directory.Exists(_folder[".data"]));
    }

    [Fact]
    public async Task Secrets_of_the_machine_stay_with_their_owner()
    {
        await using var host = await SelfHostProcess.StartAsync(_folder.Path);
        Assert.Equal(0, await host.StopAsync());

        if (!OperatingSystem.IsWindows())
        {
            var pem = Assert.Single(Directory.GetFiles(_folder[".data/keys/global"]));
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(pem));
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_folder[".data/licenses.db"]));
        }
    }

    private static async Task<string> ActivateAsync(SelfHostProcess host, string keys)
    {
        var client = new SelfHostClient(ApiKey, keys);
        return (await client.ActivateAsync(host, await client.NewLicenseAsync(host, 1), "m")).Code;
    }

    private static string KeyOf(SelfHostProcess host) =>
        host.Output.Single(line => line.StartsWith(Export, StringComparison.Ordinal))[Export.Length..];
}
