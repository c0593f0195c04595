using LicenseFunctions.Licensing;
using LicenseFunctions.Storage;
using LicenseFunctions.Storage.Sqlite;
using LicenseFunctions.Tests.Cli;
using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.Storage;

/// <summary>
/// A store of every version that rows ever had can be read, served and written. <c>TestData/stores</c> keeps one of each, as
/// an embedded store and as its export; whoever raises <see cref="RowSchema.Newest"/> adds those of the version before.
/// </summary>
public sealed class StoreVersionsTests : IDisposable
{
    private static readonly string Kept = Path.Combine(AppContext.BaseDirectory, "TestData", "stores");

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<int> Versions => [.. Enumerable.Range(1, RowSchema.Newest)];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task A_store_of_a_past_version_opens_and_holds_what_its_export_says(int version)
    {
        File.Copy(Path.Combine(Kept, $"version-{version}.db"), _folder["licenses.db"]);
        using var cli = new CommandLine(("Storage:Path", _folder["licenses.db"]));

        Assert.Equal(0, (await cli.RunAsync("export", _folder["now.jsonl"])).Code);

        // The start may have added rows of its own; of those that were there each is as it was. The last line is the checksum.
        Assert.Empty((await File.ReadAllLinesAsync(Path.Combine(Kept, $"version-{version}.jsonl")))[..^1].Except(await File.ReadAllLinesAsync(_folder["now.jsonl"])));
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task A_store_of_a_past_version_is_served_and_written_in_the_newest(int version)
    {
        using var cli = new CommandLine();
        Assert.Equal(0, (await cli.RunAsync("import", Path.Combine(Kept, $"version-{version}.jsonl"))).Code);
        await using var store = await cli.OpenStoreAsync();
        await using var host = await ApiHost.StartAsync(store);
        var license = await LicenseAsync(store);

        async Task<int> CodeAsync(string path, string identifier) =>
            (await host.PostAsync("/api/v1/" + path, ("license_key", license.Key), ("identifier", identifier))).Response.GetProperty("code").ToString() is var code ? int.Parse(code, System.Globalization.CultureInfo.InvariantCulture) : 0;
        Assert.Equal((200, 301, 300, 400), (
            await CodeAsync("verify", license.Latest!.Identifier), await CodeAsync("activate", license.Latest.Identifier),
            await CodeAsync("activate", "new.example"), await CodeAsync("deactivate", license.Latest.Identifier)));
        Assert.Equal(license.ActiveCount, (await host.LicenseOfAsync(license.Key))!.ActiveCount);
        Assert.Equal("Ada Löve", (await cli.RunAsync("license", "show", license.Key, "--json")).Json.GetProperty("owner_name").GetString());
        Assert.Equal(2, (await cli.RunAsync("product", "list", "--json")).Json.GetArrayLength());
        Assert.Equal("seats", (await cli.RunAsync("product", "feature", "list", "1", "--json")).Json[0].GetProperty("key").GetString());
        Assert.Equal((1, 1, 2), (
            (await cli.RunAsync("webhook", "list", "--json")).Json.GetArrayLength(), (await cli.RunAsync("generator", "list", "--json")).Json.GetArrayLength(),
            (await cli.RunAsync("api-key", "list", "--json")).Json.GetArrayLength()));
        var written = await store.FindAsync(TableNames.Licenses, LicenseRows.Partition(license.Key), LicenseRows.License, CancellationToken.None);
        Assert.Equal(License.Schema, written!.Values.GetNumber("schema"));
    }

    [Fact]
    public async Task Tables_in_Azure_that_a_newer_version_wrote_are_not_opened()
    {
        await using var store = await SqliteTableStore.OpenAsync(_folder["licenses.db"], CancellationToken.None);
        var mark = new LicenseFunctions.Storage.AzureTables.NewestSchema(store);
        await mark.CheckAsync(CancellationToken.None);
        await mark.CheckAsync(CancellationToken.None);
        await store.CommitAsync(TableNames.Ids, "store", [RowChange.Upsert("newest-schema", new() { ["schema"] = 1, ["newest"] = RowSchema.Newest + 1 })], CancellationToken.None);

        var refused = await Assert.ThrowsAsync<StoreCannotOpenException>(() => mark.CheckAsync(CancellationToken.None));

        Assert.Contains("written by a newer version", refused.Message, StringComparison.Ordinal);
    }

    [AzuriteFact]
    public async Task A_program_asks_the_tables_in_Azure_at_its_start()
    {
        var connection = await Azurite.NewConnectionStringAsync();
        using var azure = new CommandLine(("Storage:Provider", "AzureTables"), ("Storage:ConnectionString", connection));
        Assert.Equal(0, (await azure.RunAsync("product", "list")).Code);
        var store = await Azurite.NewStoreAsync(connection);
        await store.CommitAsync(TableNames.Ids, "store", [RowChange.Upsert("newest-schema", new() { ["schema"] = 1, ["newest"] = RowSchema.Newest + 1 })], CancellationToken.None);

        (await azure.RunAsync("product", "list")).ShouldFail(1, "written by a newer version");
    }

    /// <summary>One in use, with a slot left.</summary>
    private static async Task<License> LicenseAsync(SqliteTableStore store)
    {
        await foreach (var row in store.ListAsync(new(TableNames.Licenses, null), CancellationToken.None))
        {
            if (row.Key == LicenseRows.License && License.From(row.Values) is { Latest: not null, ActiveCount: 1 } license)
                return license;
        }

        throw new InvalidOperationException("The kept store has no license in use.");
    }
}
