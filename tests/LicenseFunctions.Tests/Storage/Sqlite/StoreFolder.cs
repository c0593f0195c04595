using LicenseFunctions.Storage.Sqlite;

namespace LicenseFunctions.Tests.Storage.Sqlite;

/// <summary>A folder for one test's store; closes the stores and removes the folder at the end.</summary>
public sealed class StoreFolder
{
    private readonly List<SqliteTableStore> _stores = [];

    public string Folder { get; } = Directory.CreateTempSubdirectory("store-").FullName;

    public string Path => System.IO.Path.Combine(Folder, "licenses.db");

    public async Task<SqliteTableStore> OpenAsync(TimeSpan? patience = null)
    {
        var store = patience is { } time
            ? await SqliteTableStore.OpenAsync(Path, time, CancellationToken.None)
            : await SqliteTableStore.OpenAsync(Path, CancellationToken.None);
        _stores.Add(store);
        return store;
    }

    public async Task CloseAsync()
    {
        foreach (var store in _stores)
            await store.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }
}
