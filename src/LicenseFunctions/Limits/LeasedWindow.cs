using System.Buffers.Binary;

namespace LicenseFunctions.Limits;

/// <summary>
/// The row of a large limit: permits granted, in buckets of a quarter second by the end of the lease they were granted
/// under, and which instances were active lately. A permit counts until 60 seconds after the end of its lease, when it
/// may have been used last, so no 60 seconds see more uses than the limit; unused ones are given back by the settlement.
/// </summary>
public sealed class LeasedWindow
{
    public const int BucketMs = 250;

    /// <summary>How long a lease lasts; longer where the store takes long to grant it.</summary>
    public const int LeaseMs = 500;

    private const int ActiveMs = 5_000;

    private readonly SortedDictionary<long, int> _granted = [];
    private readonly Dictionary<int, long> _seen = [];

    private LeasedWindow(long instant) => Instant = instant;

    /// <summary>The last instant in the row, in Unix milliseconds.</summary>
    public long Instant { get; private set; }

    public int Granted { get; private set; }

    /// <summary>When the oldest permits fall out of the window; 0 when there are none.</summary>
    public long FreeAt => _granted.Count == 0 ? 0 : EndOf(_granted.Keys.First()) + RollingWindow.LengthMs;

    /// <summary>Reads the row as it stands at an instant, which is never before the last one in the row.</summary>
    public static LeasedWindow Read(byte[]? packed, long now)
    {
        var window = new LeasedWindow(now);
        if (packed is not { Length: >= 10 })
            return window;
        window.Instant = Math.Max(now, BinaryPrimitives.ReadInt64LittleEndian(packed));
        var buckets = BinaryPrimitives.ReadUInt16LittleEndian(packed.AsSpan(8));
        var at = 10;
        for (var i = 0; i < buckets; i++, at += 12)
            window.Add(BinaryPrimitives.ReadInt64LittleEndian(packed.AsSpan(at)), BinaryPrimitives.ReadInt32LittleEndian(packed.AsSpan(at + 8)));
        for (; at + 12 <= packed.Length; at += 12)
            window.See(BinaryPrimitives.ReadInt32LittleEndian(packed.AsSpan(at)), BinaryPrimitives.ReadInt64LittleEndian(packed.AsSpan(at + 4)));
        return window;
    }

    /// <summary>Gives back permits of an earlier lease that were not used.</summary>
    public void Settle(long leaseEnd, int unused)
    {
        var bucket = BucketOf(leaseEnd);
        if (unused > 0 && _granted.TryGetValue(bucket, out var granted))
        {
            var back = Math.Min(unused, granted);
            if (granted == back)
                _granted.Remove(bucket);
            else
                _granted[bucket] = granted - back;
            Granted -= back;
        }
    }

    /// <summary>Grants up to the wanted permits, at most the instance's share, as far as the limit has room.</summary>
    public int Grant(int instance, int wanted, int limit, int leaseMs, out long leaseEnd)
    {
        See(instance, Instant);
        leaseEnd = Instant + leaseMs;
        var share = Math.Max(1, limit / (100 * _seen.Count));
        var permits = Math.Clamp(Math.Min(wanted, share), 0, Math.Max(0, limit - Granted));
        if (permits > 0)
            Add(BucketOf(leaseEnd), permits);
        return permits;
    }

    public byte[] Pack()
    {
        var packed = new byte[10 + (12 * (_granted.Count + _seen.Count))];
        BinaryPrimitives.WriteInt64LittleEndian(packed, Instant);
        BinaryPrimitives.WriteUInt16LittleEndian(packed.AsSpan(8), (ushort)_granted.Count);
        var at = 10;
        foreach (var (bucket, permits) in _granted)
        {
            BinaryPrimitives.WriteInt64LittleEndian(packed.AsSpan(at), bucket);
            BinaryPrimitives.WriteInt32LittleEndian(packed.AsSpan(at + 8), permits);
            at += 12;
        }

        foreach (var (instance, last) in _seen)
        {
            BinaryPrimitives.WriteInt32LittleEndian(packed.AsSpan(at), instance);
            BinaryPrimitives.WriteInt64LittleEndian(packed.AsSpan(at + 4), last);
            at += 12;
        }

        return packed;
    }

    private void Add(long bucket, int permits)
    {
        if (permits <= 0 || EndOf(bucket) + RollingWindow.LengthMs <= Instant)
            return;
        _granted[bucket] = _granted.GetValueOrDefault(bucket) + permits;
        Granted += permits;
    }

    private void See(int instance, long last)
    {
        if (Instant - last < ActiveMs)
            _seen[instance] = last;
    }

    private static long BucketOf(long instant) => instant / BucketMs;

    private static long EndOf(long bucket) => (bucket + 1) * BucketMs;
}
