using System.Collections.Concurrent;

namespace LicenseFunctions.Storage;

/// <summary>The lanes of this instance, made on demand; the ones unused for longest go when there are many.</summary>
public sealed class PartitionLanes(ITableStore store, TimeProvider time)
{
    private const int Most = 8192;

    private readonly ConcurrentDictionary<(string Table, string Partition), PartitionLane> _lanes = new();
    private int _trimming;

    // The dictionary's own count takes every one of its locks, of which it has as many as a thousand: at each lane that is made.
    private int _count;

    public PartitionLane this[string table, string partition]
    {
        get
        {
            if (_lanes.TryGetValue((table, partition), out var lane))
                return lane;
            if (Volatile.Read(ref _count) >= Most)
                Trim();
            lane = new PartitionLane(store, time, table, partition);
            var kept = _lanes.GetOrAdd((table, partition), lane);
            if (ReferenceEquals(kept, lane))
                Interlocked.Increment(ref _count);
            return kept;
        }
    }

    /// <summary>The lane if this instance has it: asked on behalf of callers who must not make state.</summary>
    public PartitionLane? Find(string table, string partition) => _lanes.GetValueOrDefault((table, partition));

    /// <summary>Drops a lane that turned out to stand for nothing, such as a license key that does not exist.</summary>
    public void Drop(string table, string partition)
    {
        if (_lanes.TryRemove((table, partition), out _))
            Interlocked.Decrement(ref _count);
    }

    private void Trim()
    {
        if (Interlocked.Exchange(ref _trimming, 1) == 1)
            return;
        try
        {
            var idle = _lanes.Where(lane => lane.Value.IsIdle).OrderBy(lane => lane.Value.LastUsed).Take(Most / 4).ToArray();
            foreach (var lane in idle)
            {
                if (_lanes.TryRemove(lane))
                    Interlocked.Decrement(ref _count);
            }
        }
        finally
        {
            Volatile.Write(ref _trimming, 0);
        }
    }
}
