using System.Buffers.Binary;

namespace LicenseFunctions.Limits;

/// <summary>
/// A rolling window too large for a row of instants, where leasing does not serve (a license's own windows): admissions
/// counted in buckets of a quarter second. Each counts until 60 seconds after the end of its bucket, so in no 60 seconds
/// are more admitted than the limit. Packed with an odd length, by which it is told from instants.
/// </summary>
internal static class CoarseWindow
{
    private const int BucketMs = 250;
    private const int Head = sizeof(long);
    private const int Entry = sizeof(ushort) + sizeof(int);

    public static bool IsPacked(ReadOnlySpan<byte> packed) => packed.Length % 2 == 1;

    public static WindowVerdict Peek(ReadOnlySpan<byte> packed, long now, int limit)
    {
        var window = Read(packed, now);
        var count = window.Sum(bucket => bucket.Count);
        if (count < limit)
            return new(true, limit, limit - count, 0);
        foreach (var bucket in window)
        {
            count -= bucket.Count;
            if (count < limit)
                return new(false, limit, 0, FreeAt(bucket.Number));
        }

        return new(false, limit, 0, now + RollingWindow.LengthMs);
    }

    public static WindowVerdict Admit(ReadOnlySpan<byte> packed, long now, int limit, out byte[]? updated)
    {
        var verdict = Peek(packed, now, limit);
        updated = null;
        if (!verdict.Admitted)
            return verdict;
        var instant = Math.Max(now, Last(packed));
        var window = Read(packed, now);
        var number = instant / BucketMs;
        if (window is [.., var newest] && newest.Number == number)
            window[^1] = (number, newest.Count + 1);
        else
            window.Add((number, 1));
        updated = Pack(instant, window);
        return verdict with { Remaining = verdict.Remaining - 1 };
    }

    private static List<(long Number, int Count)> Read(ReadOnlySpan<byte> packed, long now)
    {
        var window = new List<(long Number, int Count)>();
        var last = Last(packed);
        var instant = Math.Max(now, last);
        for (var at = Head; IsPacked(packed) && at + Entry <= packed.Length; at += Entry)
        {
            var number = (last / BucketMs) - BinaryPrimitives.ReadUInt16LittleEndian(packed[at..]);
            if (FreeAt(number) > instant)
                window.Add((number, BinaryPrimitives.ReadInt32LittleEndian(packed[(at + sizeof(ushort))..])));
        }

        return window;
    }

    private static byte[] Pack(long instant, List<(long Number, int Count)> window)
    {
        var packed = new byte[Head + (window.Count * Entry) + 1];
        BinaryPrimitives.WriteInt64LittleEndian(packed, instant);
        for (var i = 0; i < window.Count; i++)
        {
            var entry = packed.AsSpan(Head + (i * Entry));
            BinaryPrimitives.WriteUInt16LittleEndian(entry, (ushort)((instant / BucketMs) - window[i].Number));
            BinaryPrimitives.WriteInt32LittleEndian(entry[sizeof(ushort)..], window[i].Count);
        }

        return packed;
    }

    private static long Last(ReadOnlySpan<byte> packed) => IsPacked(packed) ? BinaryPrimitives.ReadInt64LittleEndian(packed) : 0;

    private static long FreeAt(long number) => ((number + 1) * BucketMs) + RollingWindow.LengthMs;
}
