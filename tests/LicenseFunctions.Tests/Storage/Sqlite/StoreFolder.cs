using LicenseFunctions.Storage.Sqlite;
using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.Storage.Sqlite;

/// <summary>A folder for one test's store; closes the stores and removes the folder at the end.</summary>
public sealed class StoreFolder
{
    /// <summary>How many pages of the journal are not applied yet.</summary>
    public const string WaitingPages = "SELECT count(*) FROM journal WHERE seq > (SELECT value FROM meta WHERE name = 'journal_applied')";

    private readonly List<SqliteTableStore> _stores = [];

    public string Folder { get; } = Directory.CreateTempSubdirectory("store-").FullName;

    public string Path => System.IO.Path.Combine(Folder, "licenses.db");

    internal async Task<SqliteTableStore> OpenAsync(TimeSpan? patience = null, StorePace? pace = null)
    {
        var store = await SqliteTableStore.OpenAsync(
            Path, patience ?? TimeSpan.FromSeconds(8), pace ?? StorePace.Default, CancellationToken.None);
        _stores.Add(store);
        return store;
    }

    /// <summary>Reads a number beside the stores, by SQL.</summary>
    public long Read(string sql)
    {
        using var database = Database.Open(Path);
        database.Execute("PRAGMA wal_autocheckpoint=0");
        return database.ReadNumber(sql);
    }

    /// <summary>Until nothing of the journal waits.</summary>
    public Task AppliedAsync() => Eventually.HoldsAsync(() => Read(WaitingPages) == 0);

    public async Task CloseAsync()
    {
        foreach (var store in _stores)
            await store.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }
}
