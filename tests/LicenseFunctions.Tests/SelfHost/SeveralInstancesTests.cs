using LicenseFunctions.Storage;
using LicenseFunctions.Storage.Sqlite;
using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.SelfHost;

public sealed class SeveralInstancesOnOneFileTests : SeveralInstancesContract
{
    private protected override Task<(string Name, string Value)[]> StoreSettingsAsync() =>
        Task.FromResult<(string, string)[]>([("Storage__Path", Folder["licenses.db"])]);

    private protected override async Task<ITableStore> OpenStoreAsync() => await SqliteTableStore.OpenAsync(Folder["licenses.db"], default);
}

[NeedsAzurite]
public sealed class SeveralInstancesOnAzureTablesTests : SeveralInstancesContract
{
    private string _connection = "";

    private protected override async Task<(string Name, string Value)[]> StoreSettingsAsync()
    {
        _connection = await Azurite.NewConnectionStringAsync();
        return [("Storage__Provider", "AzureTables"), ("Storage__ConnectionString", _connection)];
    }

    private protected override async Task<ITableStore> OpenStoreAsync() => await Azurite.NewStoreAsync(_connection);
}
