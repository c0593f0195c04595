using LicenseFunctions.Licensing;
using LicenseFunctions.Storage;
using LicenseFunctions.Storage.Sqlite;
using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.Cli;

/// <summary><c>licensectl backup</c>.</summary>
public sealed class BackupCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly CommandLine _cli = new();

    private string FilePath => _folder["backup.db"];

    public void Dispose()
    {
        _folder.Dispose();
        _cli.Dispose();
    }

    [Fact]
    public async Task A_backup_that_is_made_while_a_server_writes_is_the_store_at_one_instant()
    {
        await using var store = await _cli.OpenStoreAsync();
        await using var host = await ApiHost.StartAsync(store, settings: [("RateLimits:DomainActivatePerMinute", "0"), ("RateLimits:DomainDeactivatePerMinute", "0")]);
        var product = await host.ProductAsync();
        var keys = (await host.AvailableAsync(product, 40, each => each with { Status = LicenseStatus.Assigned, ActivationLimit = 0 })).Select(license => license.Key).ToArray();
        using var end = new CancellationTokenSource();
        var answered = 0;
        var load = Task.WhenAll(keys.Select(key => Task.Run(async () =>
        {
            for (var n = 0; !end.IsCancellationRequested; n++)
            {
                await host.PostDomainAsync(n % 4 == 3 ? "/deactivate" : "/activate", key, $"{n - (n % 4 == 3 ? 1 : 0)}.example");
                Interlocked.Increment(ref answered);
            }
        })));
        await Eventually.HoldsAsync(() => load.IsFaulted || Volatile.Read(ref answered) >= 200);

        var before = Volatile.Read(ref answered);
        var made = await _cli.SpawnAsync("backup", FilePath, "--json");
        var during = Volatile.Read(ref answered) - before;
        await end.CancelAsync();
        await load;

        Assert.Equal(new FileInfo(FilePath).Length, made.Json.GetProperty("bytes").GetInt64());
        Assert.True(during > 0, "Nobody was answered meanwhile.");
        Assert.Equal([FilePath], Directory.GetFiles(_folder.Path));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(FilePath));
        var (active, rows) = await CountAsync(FilePath);
        Assert.Equal(active, rows);
        Assert.True(rows > 0);
    }

    [Fact]
    public async Task A_backup_replaces_nothing_unasked_and_never_the_store_itself()
    {
        await _cli.ProductAsync();
        Assert.Equal(0, (await _cli.RunAsync("backup", FilePath)).Code);
        (await _cli.RunAsync("backup", FilePath)).ShouldFail(1, "--force");
        Assert.Equal(0, (await _cli.RunAsync("backup", FilePath, "--force")).Code);
        (await _cli.RunAsync("backup", _cli.StorePath, "--force")).ShouldFail(1, "the store itself");

        await using (await SqliteTableStore.OpenAsync(FilePath, CancellationToken.None))
            (await _cli.RunAsync("backup", FilePath, "--force")).ShouldFail(1, "is a store that is open");
        using var restored = new CommandLine(("Storage:Path", FilePath));
        Assert.Equal("Widget", (await restored.RunAsync("product", "list", "--json")).Json[0].GetProperty("name").GetString());
    }

    [Fact]
    public async Task What_cannot_be_written_leaves_nothing_behind()
    {
        await _cli.ProductAsync();
        (await _cli.RunAsync("backup", _folder["no/backup.db"])).ShouldFail(1, "cannot be written");
        using var none = new CommandLine();
        (await none.RunAsync("backup", FilePath)).ShouldFail(1, "There is no store at");
        Assert.Empty(Directory.GetFiles(_folder.Path));
    }

    [AzuriteFact]
    public async Task Tables_in_Azure_are_no_file()
    {
        using var azure = new CommandLine(("Storage:Provider", "AzureTables"), ("Storage:ConnectionString", await Azurite.NewConnectionStringAsync()));
        (await azure.RunAsync("backup", FilePath)).ShouldFail(1, "licensectl export FILE");
    }

    /// <summary>The sum of the licenses' active counts, and the number of activations.</summary>
    private static async Task<(long Active, long Rows)> CountAsync(string path)
    {
        var (active, rows) = (0L, 0L);
        await using var store = await SqliteTableStore.OpenAsync(path, CancellationToken.None);
        await foreach (var row in store.ListAsync(new(TableNames.Licenses, null), CancellationToken.None))
        {
            if (row.Key == LicenseRows.License)
                active += License.From(row.Values).ActiveCount;
            else if (row.Key.StartsWith("activation.", StringComparison.Ordinal))
                rows++;
        }

        return (active, rows);
    }
}
