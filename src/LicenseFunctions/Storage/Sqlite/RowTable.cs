namespace LicenseFunctions.Storage.Sqlite;

/// <summary>The statements of one table. The name goes into the SQL text; it comes from <see cref="TableNames"/> alone.</summary>
internal sealed class RowTable : IDisposable
{
    private readonly Statement _find;
    private readonly Statement _version;
    private readonly Statement _insert;
    private readonly Statement _replace;
    private readonly Statement _upsert;
    private readonly Statement _delete;

    public RowTable(Database database, string table)
    {
        const string row = "WHERE pk = ?1 AND rk = ?2";
        const string expected = "(?5 = 0 OR version = ?5)";
        const string insert = "(pk, rk, version, data) VALUES (?1, ?2, ?3, ?4)";
        _find = database.Prepare($"SELECT version, data FROM {table} {row}");
        _version = database.Prepare($"SELECT version FROM {table} {row}");
        _insert = database.Prepare($"INSERT INTO {table} {insert} ON CONFLICT DO NOTHING");
        _replace = database.Prepare($"UPDATE {table} SET version = ?3, data = ?4 {row} AND {expected}");
        _upsert = database.Prepare($"REPLACE INTO {table} {insert}");
        _delete = database.Prepare($"DELETE FROM {table} {row} AND {expected}");
        Listing = new RowListing(database, table);
    }

    public RowListing Listing { get; }

    public byte[]? Find(byte[] partition, byte[] key, out long version)
    {
        version = 0;
        if (!StepAtRow(_find, partition, key))
            return null;
        version = _find.Number(0);
        var data = _find.Bytes(1).ToArray();
        _find.Reset();
        return data;
    }

    /// <summary>The row's version, 0 when there is none.</summary>
    public long FindVersion(byte[] partition, byte[] key)
    {
        if (!StepAtRow(_version, partition, key))
            return 0;
        var version = _version.Number(0);
        _version.Reset();
        return version;
    }

    /// <summary>Makes the row what it is to be, whatever it was; version 0 removes it.</summary>
    public void Put(OverlayRow row)
    {
        var (version, data, _) = row.State;
        if (version == 0)
            TryApply(row.Partition, new(RowChangeKind.Delete, row.Key, [], RowVersion.Any), 0);
        else if (!TryApply(row.Partition, new(RowChangeKind.Replace, row.Key, data, RowVersion.Any), version))
            TryApply(row.Partition, new(RowChangeKind.Insert, row.Key, data, RowVersion.Any), version);
    }

    /// <summary>Makes a change; false when its condition does not hold, then nothing was changed.</summary>
    public bool TryApply(byte[] partition, in EncodedChange change, long version)
    {
        var statement = change.Kind switch
        {
            RowChangeKind.Insert => _insert,
            RowChangeKind.Replace => _replace,
            RowChangeKind.Upsert => _upsert,
            RowChangeKind.Delete => _delete,
        };
        if (change.Kind != RowChangeKind.Delete)
        {
            statement.BindNumber(3, version);
            statement.BindBlob(4, change.Data);
        }

        if (change.Kind is RowChangeKind.Replace or RowChangeKind.Delete)
            statement.BindNumber(5, change.Expected);
        StepAtRow(statement, partition, change.Key);
        return statement.Changes > 0;
    }

    public void Dispose()
    {
        foreach (var statement in (ReadOnlySpan<Statement>)[_find, _version, _insert, _replace, _upsert, _delete])
            statement.Dispose();
        Listing.Dispose();
    }

    private static bool StepAtRow(Statement statement, byte[] partition, byte[] key)
    {
        statement.BindText(1, partition);
        statement.BindText(2, key);
        return statement.Step();
    }
}
