using System.Diagnostics.CodeAnalysis;

namespace LicenseFunctions.Storage.Sqlite;

/// <summary>
/// The journal in memory: the last state of each row in it. Whoever reads a row looks here first. The states of the
/// transaction under way are staged: they are seen at once and kept or undone with it.
/// </summary>
internal sealed class Overlay
{
    private static readonly Comparer<byte[]> Order = Comparer<byte[]>.Create((a, b) => a.AsSpan().SequenceCompareTo(b));

    // The rows of a partition lie in the order of their keys.
    private readonly Dictionary<PartitionOfTable, List<OverlayRow>> _partitions = [];
    private readonly List<OverlayRow> _staged = [];

    public int Count { get; private set; }

    /// <summary>The rows that the transaction under way has changed, each once.</summary>
    public IReadOnlyList<OverlayRow> Staged => _staged;

    public bool TryFind(int table, byte[] partition, byte[] key, [NotNullWhen(true)] out OverlayRow? row)
    {
        row = null;
        if (Count == 0 || !_partitions.TryGetValue(new(table, partition), out var rows))
            return false;
        var at = IndexOf(rows, key);
        row = at < 0 ? null : rows[at];
        return at >= 0;
    }

    public void Stage(int table, byte[] partition, byte[] key, long version, byte[] data)
    {
        var row = FindOrAdd(table, partition, key);
        if (!row.IsStaged)
            _staged.Add(row);
        row.Stage(version, data);
    }

    public void KeepStaged(long sequence)
    {
        foreach (var row in _staged)
            row.Keep(row.State.Version, row.State.Data, sequence);
        _staged.Clear();
    }

    public void UndoStaged()
    {
        foreach (var row in _staged)
        {
            row.Undo();
            if (row.State.Sequence == 0)
                Remove(row);
        }

        _staged.Clear();
    }

    /// <summary>Takes a state that was read from the journal.</summary>
    public void Keep(int table, byte[] partition, byte[] key, long version, byte[] data, long sequence) =>
        FindOrAdd(table, partition, key).Keep(version, data, sequence);

    /// <summary>Forgets the rows of which the journal says nothing after this number.</summary>
    public void Drop(long upTo)
    {
        Predicate<OverlayRow> isGone = row => row.State.Sequence <= upTo;
        foreach (var (partition, rows) in _partitions)
        {
            Count -= rows.RemoveAll(isGone);
            if (rows.Count == 0)
                _partitions.Remove(partition);
        }
    }

    /// <summary>The rows of one partition in their order, also those that are deleted.</summary>
    public IReadOnlyList<OverlayRow> RowsOf(int table, byte[] partition) =>
        Count > 0 && _partitions.TryGetValue(new(table, partition), out var rows) ? rows : [];

    /// <summary>The rows of a table in the order of their partitions and keys, from one partition up to another or to the last.</summary>
    public IEnumerable<OverlayRow> RowsOf(int table, byte[] from, byte[]? upTo) => InOrder(
        of => of.Table == table && Order.Compare(of.Bytes, from) >= 0 && (upTo is null || Order.Compare(of.Bytes, upTo) <= 0));

    /// <summary>All rows, those beside each other in the file beside each other.</summary>
    public OverlayRow[] InOrder() => [.. InOrder(static _ => true)];

    private IEnumerable<OverlayRow> InOrder(Func<PartitionOfTable, bool> wanted) =>
        _partitions.Where(each => wanted(each.Key)).OrderBy(each => each.Key.Table).ThenBy(each => each.Key.Bytes, Order).SelectMany(each => each.Value);

    private OverlayRow FindOrAdd(int table, byte[] partition, byte[] key)
    {
        if (!_partitions.TryGetValue(new(table, partition), out var rows))
            _partitions.Add(new(table, partition), rows = new(2));
        var at = IndexOf(rows, key);
        if (at >= 0)
            return rows[at];
        var row = new OverlayRow(table, partition, key);
        rows.Insert(~at, row);
        Count++;
        return row;
    }

    private void Remove(OverlayRow row)
    {
        var partition = new PartitionOfTable(row.Table, row.Partition);
        var rows = _partitions[partition];
        rows.RemoveAt(IndexOf(rows, row.Key));
        Count--;
        if (rows.Count == 0)
            _partitions.Remove(partition);
    }

    /// <summary>The place of a key, or the complement of where it would be.</summary>
    private static int IndexOf(List<OverlayRow> rows, byte[] key)
    {
        var (low, high) = (0, rows.Count - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            var order = rows[middle].Key.AsSpan().SequenceCompareTo(key);
            if (order == 0)
                return middle;
            (low, high) = order < 0 ? (middle + 1, high) : (low, middle - 1);
        }

        return ~low;
    }

    private readonly struct PartitionOfTable(int table, byte[] bytes) : IEquatable<PartitionOfTable>
    {
        public int Table => table;

        public byte[] Bytes => bytes;

        public bool Equals(PartitionOfTable other) => table == other.Table && bytes.AsSpan().SequenceEqual(other.Bytes);

        public override bool Equals(object? obj) => obj is PartitionOfTable other && Equals(other);

        public override int GetHashCode()
        {
            var hash = default(HashCode);
            hash.Add(table);
            hash.AddBytes(bytes);
            return hash.ToHashCode();
        }
    }
}
