using System.Collections.Concurrent;

namespace LicenseFunctions.Storage;

/// <summary>
/// The lanes of this instance, made on demand; the ones unused for longest go when there are many. What a lane remembers lives long,
/// and is of no use where every request is on another license: so once there are many lanes, a partition that was not asked for
/// lately has one for the request alone, unless reads cost more than memory does: two such requests at once are like those of two instances.
/// </summary>
/// <param name="store">What the lanes work on.</param>
/// <param name="time">The clock of their deadlines.</param>
/// <param name="keepsAll">Whether every lane is kept as long as there is room: for a store whose operations are paid for.</param>
public sealed class PartitionLanes(ITableStore store, TimeProvider time, bool keepsAll = false)
{
    private const int Most = 8192;

    /// <summary>Below this every lane is kept anyway.</summary>
    private const int Many = Most / 8;

    // The hashes of partitions asked for lately: each has one place, shared with few.
    private readonly int[] _lately = new int[2 * Most];

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
            var count = Volatile.Read(ref _count);
            if (count >= Most)
                Trim();
            lane = new PartitionLane(store, time, table, partition) { IsPassing = !keepsAll && count >= Many && !WasAskedForLately(partition) };
            if (lane.IsPassing)
                return lane;
            var kept = _lanes.GetOrAdd((table, partition), lane);
            if (ReferenceEquals(kept, lane))
                Interlocked.Increment(ref _count);
            return kept;
        }
    }

    /// <summary>The lane if this instance has it: asked on behalf of callers who must not make state.</summary>
    public PartitionLane? Find(string table, string partition) => _lanes.GetValueOrDefault((table, partition));

    /// <summary>Drops a lane that turned out to stand for nothing, such as a license key that does not exist.</summary>
    public void Drop(string table, string partition, PartitionLane lane)
    {
        if (_lanes.TryRemove(KeyValuePair.Create((table, partition), lane)))
            Interlocked.Decrement(ref _count);
    }

    private bool WasAskedForLately(string partition)
    {
        var hash = partition.GetHashCode(StringComparison.Ordinal);
        ref var place = ref _lately[(uint)hash % (uint)_lately.Length];
        var was = place == hash;
        place = hash;
        return was;
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
