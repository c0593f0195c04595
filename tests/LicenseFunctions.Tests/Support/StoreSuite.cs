using LicenseFunctions.Storage;
using LicenseFunctions.Storage.Sqlite;

namespace LicenseFunctions.Tests.Support;

/// <summary>
/// A suite that passes on each kind of store: two classes derive from it, and the one that says
/// <see cref="NeedsAzuriteAttribute"/> gets a table store, the other one a SQLite file.
/// </summary>
public abstract class StoreSuite : IAsyncLifetime, IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private SqliteTableStore? _sqlite;

    /// <summary>A store with nothing in it.</summary>
    protected ITableStore Store { get; private set; } = null!;

    public virtual async Task InitializeAsync() => Store = GetType().IsDefined(typeof(NeedsAzuriteAttribute), inherit: false)
        ? await Azurite.NewStoreAsync()
        : _sqlite = await SqliteTableStore.OpenAsync(_folder["licenses.db"], CancellationToken.None);

    public virtual async Task DisposeAsync()
    {
        if (_sqlite is not null)
            await _sqlite.DisposeAsync();
    }

    public void Dispose()
    {
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }
}
