namespace LicenseFunctions.Storage;

/// <summary>One row as read, or as about to be written (then <see cref="ETag"/> is empty and ignored).</summary>
/// <param name="Partition">The partition key.</param>
/// <param name="Key">The row key.</param>
/// <param name="Values">The properties. Not to be changed once the row was handed to a store or came from one.</param>
/// <param name="ETag">The store's opaque version of the row; differs after every write, also across a delete.</param>
public sealed record Row(string Partition, string Key, RowValues Values, string ETag = "");

/// <summary>Which rows a listing returns.</summary>
/// <param name="Table">One of <see cref="TableNames"/>.</param>
/// <param name="Partition">The partition key, or null for the whole table (operator tools only: it reads everything).</param>
/// <param name="Prefix">Only row keys that begin with this.</param>
public sealed record RowRange(string Table, string? Partition, string Prefix = "")
{
    /// <summary>Only row keys that are ordinally equal to or after this; needs a partition.</summary>
    public string? From { get; init; }

    /// <summary>Only partitions that are ordinally after this one; for a listing of the whole table.</summary>
    public string? AfterPartition { get; init; }

    /// <summary>At most this many rows, so that the store need not read on; null for all.</summary>
    public int? Limit { get; init; }
}

/// <summary>What a change does, and under which condition.</summary>
public enum RowChangeKind
{
    /// <summary>Adds the row; its condition is that there is none.</summary>
    Insert,

    /// <summary>Replaces the row whole; its condition is that it has the given ETag.</summary>
    Replace,

    /// <summary>Adds or replaces the row, without a condition.</summary>
    Upsert,

    /// <summary>Deletes the row; its condition is that it has the given ETag.</summary>
    Delete,
}

/// <summary>One change of a commit.</summary>
public sealed record RowChange
{
    /// <summary>Stands for whatever ETag the row has; the row must still exist.</summary>
    public const string AnyETag = "*";

    private RowChange(RowChangeKind kind, string key, RowValues values, string etag) =>
        (Kind, Key, Values, ETag) = (kind, key, values, etag);

    public RowChangeKind Kind { get; }

    public string Key { get; }

    /// <summary>The new properties; empty for a delete.</summary>
    public RowValues Values { get; }

    /// <summary>The ETag the row must have, or <see cref="AnyETag"/>; empty where the kind has no such condition.</summary>
    public string ETag { get; }

    public static RowChange Insert(string key, RowValues values) => new(RowChangeKind.Insert, key, values, "");

    public static RowChange Replace(string key, RowValues values, string etag) => new(RowChangeKind.Replace, key, values, etag);

    public static RowChange Upsert(string key, RowValues values) => new(RowChangeKind.Upsert, key, values, "");

    public static RowChange Delete(string key, string etag) => new(RowChangeKind.Delete, key, RowValues.Empty, etag);
}

/// <summary>How a commit ended.</summary>
public readonly record struct CommitResult
{
    private CommitResult(IReadOnlyList<string>? etags, int conflict) => (ETags, Conflict) = (etags ?? [], conflict);

    /// <summary>True when every change was made, false when none was.</summary>
    public bool Committed => Conflict < 0;

    /// <summary>The new ETag of each change, in order; empty text for a delete.</summary>
    public IReadOnlyList<string> ETags { get; }

    /// <summary>The index of a change whose condition did not hold, or -1.</summary>
    public int Conflict { get; }

    public static CommitResult Done(IReadOnlyList<string> etags) => new(etags, -1);

    public static CommitResult Refused(int index) => new(null, index);
}
