namespace LicenseFunctions.Storage.Sqlite;

/// <summary>Reads one page of a listing. No transaction stays open between two pages, so the log can be reset.</summary>
internal sealed class ListWork(int table, byte[]? partition, ListPosition from, byte[] end, int limit) : ReadWork
{
    public List<StoredRow> Page { get; } = [];

    public bool MoreMayFollow { get; private set; }

    public override void Read(RowTables tables)
    {
        Page.Clear();
        var listing = tables[table].Listing;
        MoreMayFollow = partition is null
            ? listing.ReadEverything(from.Partition, from.Key, limit, Page)
            : listing.ReadPartition(partition, from.Key, end, limit, Page);
    }

    /// <summary>Where the next page begins.</summary>
    public ListPosition Next() => new(Page[^1].Partition, KeyText.After(Page[^1].Key));
}

/// <summary>The first row that a page may hold. Without a partition in the range, the partition counts too.</summary>
internal readonly record struct ListPosition(byte[] Partition, byte[] Key);
