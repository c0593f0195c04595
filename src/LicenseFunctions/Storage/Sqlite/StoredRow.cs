namespace LicenseFunctions.Storage.Sqlite;

/// <summary>A row as it lies in the file.</summary>
internal readonly record struct StoredRow(byte[] Partition, byte[] Key, long Version, byte[] Data)
{
    public Row ToRow() =>
        new(KeyText.Decode(Partition), KeyText.Decode(Key), RowDecoder.Decode(Data), RowVersion.ToETag(Version));
}
