using System.Collections.Frozen;

namespace LicenseFunctions.Storage.Sqlite;

/// <summary>The tables of one connection, each prepared when it is first used.</summary>
internal sealed class RowTables(Database database) : IDisposable
{
    private static readonly FrozenDictionary<string, int> Indexes =
        TableNames.All.Select(KeyValuePair.Create<string, int>).ToFrozenDictionary(StringComparer.Ordinal);

    private readonly RowTable?[] _tables = new RowTable?[TableNames.All.Count];

    public RowTable this[int table] => _tables[table] ??= new RowTable(database, TableNames.All[table]);

    /// <summary>The number of a table in <see cref="TableNames.All"/>.</summary>
    public static int IndexOf(string table) =>
        Indexes.TryGetValue(table, out var index) ? index : throw new ArgumentException($"There is no table '{table}'.");

    /// <summary>Writes rows of a journal to their pages.</summary>
    public void Put(ReadOnlySpan<OverlayRow> rows)
    {
        foreach (var row in rows)
            this[row.Table].Put(row);
    }

    public void Dispose()
    {
        foreach (var table in _tables)
            table?.Dispose();
    }
}
