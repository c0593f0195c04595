using System.Collections.Concurrent;

namespace LicenseFunctions.Storage;

/// <summary>The lanes of this instance, made on demand; the ones unused for longest go when there are many.</summary>
public sealed class PartitionLanes(ITableStore store, TimeProvider time)
{
    private const int Most = 8192;

    private readonly ConcurrentDictionary<(string Table, string Partition), PartitionLane> _lanes = new();
    private int _trimming;

    public PartitionLane this[string table, string partition]
    {
        get
        {
            if (_lanes.TryGetValue((table, partition), out var lane))
                return lane;
            if (_lanes.Count >= Most)
                Trim();
            return _lanes.GetOrAdd((table, partition), key => new PartitionLane(store, time, key.Table, key.Partition));
        }
    }

    /// <summary>The lane if this instance has it: asked on behalf of callers who must not make state.</summary>
    public PartitionLane? Find(string table, string partition) => _lanes.GetValueOrDefault((table, partition));

    /// <summary>Drops a lane that turned out to stand for nothing, such as a license key that does not exist.</summary>
    public void Drop(string table, string partition) => _lanes.TryRemove((table, partition), out _);

    private void Trim()
    {
        if (Interlocked.Exchange(ref _trimming, 1) == 1)
            return;
        try
        {
            var idle = _lanes.Where(lane => lane.Value.IsIdle).OrderBy(lane => lane.Value.LastUsed).Take(Most / 4).ToArray();
            foreach (var lane in idle)
                _lanes.TryRemove(lane);
        }
        finally
        {
            Volatile.Write(ref _trimming, 0);
        }
    }
}
