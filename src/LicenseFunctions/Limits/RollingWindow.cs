using System.Buffers.Binary;

namespace LicenseFunctions.Limits;

/// <summary>What a window says to one request.</summary>
/// <param name="Admitted">Whether it is within the limit.</param>
/// <param name="Limit">Requests in any 60 seconds.</param>
/// <param name="Remaining">How many more would be admitted at the same instant.</param>
/// <param name="FreeAt">The instant, in Unix milliseconds, at which a request may be admitted again; 0 when now.</param>
public readonly record struct WindowVerdict(bool Admitted, int Limit, int Remaining, long FreeAt)
{
    /// <summary>No limit is set.</summary>
    public static WindowVerdict Unlimited { get; } = new(true, 0, 0, 0);

    public bool IsLimited => Limit > 0;
}

/// <summary>
/// The admitted instants of the last 60 seconds, packed into a row's property: the oldest as 8 bytes of Unix milliseconds,
/// then 2 bytes for each instant's distance from it. In no 60 seconds are more admitted than the limit: an instant is
/// never before the last one in the row. Where clocks differ, the 60 seconds are shorter by the difference at worst.
/// </summary>
public static class RollingWindow
{
    public const int LengthMs = 60_000;

    /// <summary>The most instants one row holds; larger limits are leased, or counted in a <see cref="CoarseWindow"/>.</summary>
    public const int MostInstants = 1000;

    private const int Head = 8;

    /// <summary>Says what the window would say, without taking a place in it.</summary>
    public static WindowVerdict Peek(ReadOnlySpan<byte> packed, long now, int limit)
    {
        if (limit > MostInstants)
            return CoarseWindow.Peek(packed, now, limit);
        var (instant, first) = Advance(packed, now);
        var count = Count(packed) - first;
        return count < limit
            ? new(true, limit, limit - count, 0)
            : new(false, limit, 0, At(packed, first + count - limit) + LengthMs);
    }

    /// <summary>Takes a place in the window if there is one.</summary>
    /// <param name="packed">The property as read; empty for a new window.</param>
    /// <param name="now">The instance's clock, in Unix milliseconds.</param>
    /// <param name="limit">1 or more.</param>
    /// <param name="updated">The property to write; null when the request is refused, which changes nothing.</param>
    public static WindowVerdict Admit(ReadOnlySpan<byte> packed, long now, int limit, out byte[]? updated)
    {
        if (limit > MostInstants)
            return CoarseWindow.Admit(packed, now, limit, out updated);
        var verdict = Peek(packed, now, limit);
        updated = null;
        if (!verdict.Admitted)
            return verdict;
        var (instant, first) = Advance(packed, now);
        var count = Count(packed) - first;
        var oldest = count == 0 ? instant : At(packed, first);
        updated = new byte[Head + ((count + 1) * 2)];
        BinaryPrimitives.WriteInt64LittleEndian(updated, oldest);
        for (var i = 0; i < count; i++)
            Put(updated, i, At(packed, first + i) - oldest);
        Put(updated, count, instant - oldest);
        return verdict with { Remaining = verdict.Remaining - 1 };
    }

    /// <summary>The admitted instants, oldest first: for checks and tools.</summary>
    public static IReadOnlyList<long> Instants(byte[] packed) =>
        [.. Enumerable.Range(0, Count(packed)).Select(i => At(packed, i))];

    private static void Put(byte[] packed, int index, long distance) =>
        BinaryPrimitives.WriteUInt16LittleEndian(packed.AsSpan(Head + (index * 2)), (ushort)distance);

    private static (long Instant, int First) Advance(ReadOnlySpan<byte> packed, long now)
    {
        var count = Count(packed);
        if (count == 0)
            return (now, 0);
        var instant = Math.Max(now, At(packed, count - 1));
        var first = 0;
        while (first < count && instant - At(packed, first) >= LengthMs)
            first++;
        return (instant, first);
    }

    private static int Count(ReadOnlySpan<byte> packed) => packed.Length <= Head || CoarseWindow.IsPacked(packed) ? 0 : (packed.Length - Head) / 2;

    private static long At(ReadOnlySpan<byte> packed, int index) =>
        BinaryPrimitives.ReadInt64LittleEndian(packed) + BinaryPrimitives.ReadUInt16LittleEndian(packed[(Head + (index * 2))..]);
}
