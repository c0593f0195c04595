namespace LicenseFunctions.Storage.Sqlite;

/// <summary>Reads one page of a listing. No transaction stays open between two pages, so the log can be reset.</summary>
internal sealed class ListWork(int table, byte[]? partition, ListPosition from, byte[] end, int limit) : ReadWork
{
    public List<StoredRow> Page { get; } = [];

    /// <summary>Where the next page begins; null when this was the last.</summary>
    public ListPosition? Next { get; private set; }

    public override void Read(StoreRows rows)
    {
        Page.Clear();
        Next = partition is null
            ? rows.ReadEverything(table, from, limit, Page)
            : rows.ReadPartition(table, partition, from.Key, end, limit, Page);
    }
}

/// <summary>The first row that a page may hold. Without a partition in the range, the partition counts too.</summary>
internal readonly record struct ListPosition(byte[] Partition, byte[] Key);
