using System.Threading.Tasks.Sources;

namespace LicenseFunctions.Storage.Sqlite;

/// <summary>Reads the first rows of a range and others of its partition in one transaction.</summary>
internal sealed class HeadWork(int table, RowRange head, byte[] from, IReadOnlyList<string> rowKeys) : ReadWork, IValueTaskSource<List<Row>>
{
    private readonly byte[] _partition = KeyText.Encode(head.Partition!);
    private readonly byte[] _end = KeyText.EndOfPrefix(head.Prefix);
    private readonly byte[][] _keys = [.. rowKeys.Select(KeyText.Encode)];
    private readonly List<StoredRow> _rows = new(4);

    public override void Read(StoreRows rows)
    {
        _rows.Clear();
        for (var next = from; next is not null && _rows.Count < head.Limit;)
            next = ReadPage(rows, next);
        foreach (var key in _keys)
        {
            if (rows.Find(table, _partition, key, out var version) is { } data)
                _rows.Add(new(_partition, key, version, data));
        }
    }

    List<Row> IValueTaskSource<List<Row>>.GetResult(short token)
    {
        GetResult(token);
        var rows = new List<Row>(_rows.Count);
        foreach (var row in _rows)
            rows.Add(row.ToRow(head.Partition));
        return rows;
    }

    /// <summary>A page of large rows ends before its limit.</summary>
    private byte[]? ReadPage(StoreRows rows, byte[] next)
    {
        var page = new List<StoredRow>(4);
        var following = rows.ReadPartition(table, _partition, next, _end, head.Limit!.Value - _rows.Count, page);
        _rows.AddRange(page);
        return following?.Key;
    }
}
