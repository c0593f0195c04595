namespace LicenseFunctions.Storage.Sqlite;

/// <summary>
/// Remembers keys and the lines on which they stood, millions of them in little memory: in a scratch file that SQLite
/// makes where temporary files go, and that is gone with this.
/// </summary>
public sealed class SeenKeys : IDisposable
{
    private readonly Database _database = Database.Open("");
    private readonly Statement _add;
    private readonly Statement _find;

    public SeenKeys()
    {
        _database.Execute("PRAGMA journal_mode=OFF");
        _database.Execute("PRAGMA synchronous=OFF");
        _database.Execute("PRAGMA cache_size=-8192");
        _database.Execute("CREATE TABLE seen(key BLOB PRIMARY KEY, line INTEGER NOT NULL) WITHOUT ROWID, STRICT");
        _add = _database.Prepare("INSERT INTO seen(key, line) VALUES (?1, ?2) ON CONFLICT DO NOTHING");
        _find = _database.Prepare("SELECT line FROM seen WHERE key = ?1");
        _database.Begin();
    }

    /// <summary>Notes a key.</summary>
    /// <returns>Null when it is new, else the line on which it stood first.</returns>
    public long? Add(string key, long line)
    {
        var hash = System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(key)).AsSpan(0, 16);
        _add.BindBlob(1, hash);
        _add.BindNumber(2, line);
        _add.Run();
        if (_add.Changes > 0)
            return null;
        _find.BindBlob(1, hash);
        return _find.ReadNumber();
    }

    public void Dispose()
    {
        _add.Dispose();
        _find.Dispose();
        _database.Dispose();
    }
}
