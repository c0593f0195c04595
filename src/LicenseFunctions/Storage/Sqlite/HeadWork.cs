using System.Threading.Tasks.Sources;

namespace LicenseFunctions.Storage.Sqlite;

/// <summary>Reads the first rows of a range and others of its partition in one transaction.</summary>
internal sealed class HeadWork(int table, RowRange head, byte[] from, IReadOnlyList<string> rowKeys) : ReadWork, IValueTaskSource<List<Row>>
{
    private readonly byte[] _partition = KeyText.Encode(head.Partition!);
    private readonly byte[] _end = KeyText.EndOfPrefix(head.Prefix);
    private readonly byte[][] _keys = Encode(rowKeys);
    private readonly List<StoredRow> _rows = new(2);
    private readonly List<(string Key, long Version, byte[] Data)> _others = new(rowKeys.Count);

    public override void Read(StoreRows rows)
    {
        _rows.Clear();
        for (var next = head.Limit > 0 ? ReadPage(rows, from, _rows) : null; next is not null && _rows.Count < head.Limit;)
        {
            // A page of large rows ends before its limit.
            var page = new List<StoredRow>();
            next = ReadPage(rows, next, page);
            _rows.AddRange(page);
        }

        _others.Clear();
        for (var i = 0; i < _keys.Length; i++)
        {
            if (rows.Find(table, _partition, _keys[i], out var version) is { } data)
                _others.Add((rowKeys[i], version, data));
        }
    }

    List<Row> IValueTaskSource<List<Row>>.GetResult(short token)
    {
        GetResult(token);
        var rows = new List<Row>(_rows.Count + _others.Count);
        foreach (var row in _rows)
            rows.Add(row.ToRow(head.Partition));
        foreach (var (key, version, data) in _others)
            rows.Add(new(head.Partition!, key, RowDecoder.Decode(data), RowVersion.ToETag(version)));
        return rows;
    }

    private byte[]? ReadPage(StoreRows rows, byte[] next, List<StoredRow> page) =>
        rows.ReadPartition(table, _partition, next, _end, head.Limit!.Value - _rows.Count, page)?.Key;

    private static byte[][] Encode(IReadOnlyList<string> keys)
    {
        var encoded = new byte[keys.Count][];
        for (var i = 0; i < encoded.Length; i++)
            encoded[i] = KeyText.Encode(keys[i]);
        return encoded;
    }
}
