using System.Threading.Tasks.Sources;

namespace LicenseFunctions.Storage.Sqlite;

/// <summary>Finds one row. The thread only copies its bytes; the request's own thread makes the row of them.</summary>
internal sealed class FindWork(int table, string partition, string rowKey) : ReadWork, IValueTaskSource<Row?>
{
    private readonly byte[] _partitionBytes = KeyText.Encode(partition);
    private readonly byte[] _keyBytes = KeyText.Encode(rowKey);
    private byte[]? _data;
    private long _version;

    public override void Read(StoreRows rows) =>
        _data = rows.Find(table, _partitionBytes, _keyBytes, out _version);

    Row? IValueTaskSource<Row?>.GetResult(short token)
    {
        GetResult(token);
        return _data is null ? null : new Row(partition, rowKey, RowDecoder.Decode(_data), RowVersion.ToETag(_version));
    }
}
