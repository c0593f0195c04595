namespace LicenseFunctions.Storage.Sqlite;

/// <summary>Reads the rows of one table in order, a page at a time.</summary>
internal sealed class RowListing(Database database, string table) : IDisposable
{
    /// <summary>A page ends here too, so that a page of large rows neither fills memory nor holds up the thread.</summary>
    private const int PageBytes = 1024 * 1024;

    private readonly Statement _partition = database.Prepare(
        $"SELECT rk, version, data FROM {table} WHERE pk = ?1 AND rk >= ?2 AND rk < ?3 ORDER BY rk");

    private readonly Statement _everything = database.Prepare(
        $"SELECT rk, version, data, pk FROM {table} WHERE (pk, rk) >= (?1, ?2) ORDER BY pk, rk");

    /// <summary>Reads the rows of a partition from one key up to, not including, another; true when more may follow.</summary>
    public bool ReadPartition(byte[] partition, byte[] from, byte[] end, int limit, List<StoredRow> page)
    {
        _partition.BindText(1, partition);
        _partition.BindText(2, from);
        _partition.BindText(3, end);
        return ReadPage(_partition, partition, limit, page);
    }

    /// <summary>Reads the rows of the table from one key on; true when more may follow.</summary>
    public bool ReadEverything(byte[] partition, byte[] from, int limit, List<StoredRow> page)
    {
        _everything.BindText(1, partition);
        _everything.BindText(2, from);
        return ReadPage(_everything, null, limit, page);
    }

    public void Dispose()
    {
        _partition.Dispose();
        _everything.Dispose();
    }

    /// <summary>The limit is no parameter of the statement: SQLite would compile it anew for each value bound to it.</summary>
    private static bool ReadPage(Statement statement, byte[]? partition, int limit, List<StoredRow> page)
    {
        for (var bytes = 0; statement.Step();)
        {
            var data = statement.Bytes(2).ToArray();
            page.Add(new StoredRow(partition ?? statement.Bytes(3).ToArray(), statement.Bytes(0).ToArray(), statement.Number(1), data));
            bytes += data.Length;
            if (page.Count < limit && bytes < PageBytes)
                continue;
            statement.Reset();
            return true;
        }

        return false;
    }
}
