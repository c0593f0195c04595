namespace LicenseFunctions.Storage.Sqlite;

/// <summary>What the writer thread has in hand. Another thread may look through it for overdue work.</summary>
internal sealed class WorkGroup<T>(int capacity)
    where T : StoreWork
{
    private readonly T?[] _items = new T?[capacity];

    public int Count { get; private set; }

    public bool IsFull => Count == _items.Length;

    public ReadOnlySpan<T> Items => _items.AsSpan(0, Count)!;

    public void Add(T work) => _items[Count++] = work;

    /// <summary>Lets go of work that was cancelled or is overdue while nothing of it has begun.</summary>
    public void DropSettled()
    {
        var kept = 0;
        for (var i = 0; i < Count; i++)
        {
            if (!_items[i]!.IsSettled)
                _items[kept++] = _items[i];
        }

        Array.Clear(_items, kept, Count - kept);
        Count = kept;
    }

    /// <summary>Answers everything.</summary>
    public void Complete()
    {
        foreach (var work in Items)
            work.Complete();
        Clear();
    }

    public void Fail(Exception reason)
    {
        foreach (var work in Items)
            work.Fail(reason);
        Clear();
    }

    public void FailOverdue(TimeSpan patience)
    {
        foreach (var work in _items)
            work?.FailWhenOverdue(patience);
    }

    private void Clear()
    {
        Array.Clear(_items, 0, Count);
        Count = 0;
    }
}
