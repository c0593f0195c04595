namespace LicenseFunctions.Storage.Sqlite;

/// <summary>A row as it lies in the file.</summary>
internal readonly record struct StoredRow(byte[] Partition, byte[] Key, long Version, byte[] Data)
{
    /// <param name="partition">Its partition's key where that is known.</param>
    public Row ToRow(string? partition) =>
        new(partition ?? KeyText.Decode(Partition), KeyText.Decode(Key), RowDecoder.Decode(Data), RowVersion.ToETag(Version));
}
