using System.Diagnostics;
using System.Numerics;

namespace LicenseFunctions.Bench.Load;

/// <summary>Latencies in buckets of 1/32 of their size: about 3 % wide, however large they are.</summary>
internal sealed class Histogram
{
    private const int Steps = 32;

    private readonly long[] _counts = new long[Steps * 40];

    public long Count { get; private set; }

    public void Add(long ticks)
    {
        var microseconds = (ulong)Math.Max(0, ticks * 1_000_000.0 / Stopwatch.Frequency);
        _counts[Math.Min(IndexOf(microseconds), _counts.Length - 1)]++;
        Count++;
    }

    public void Add(Histogram other)
    {
        for (var i = 0; i < _counts.Length; i++)
            _counts[i] += other._counts[i];
        Count += other.Count;
    }

    /// <summary>The latency that this part of the requests did not exceed, in milliseconds.</summary>
    public double Percentile(double part)
    {
        var left = (long)Math.Ceiling(Count * part);
        for (var i = 0; i < _counts.Length; i++)
        {
            if ((left -= _counts[i]) <= 0)
                return ValueOf(i) / 1000;
        }

        return 0;
    }

    private static int IndexOf(ulong value)
    {
        if (value < Steps)
            return (int)value;
        var octave = BitOperations.Log2(value) - 5;
        return (Steps * octave) + (int)(value >> octave);
    }

    private static double ValueOf(int index)
    {
        if (index < 2 * Steps)
            return index;
        var octave = (index / Steps) - 1;
        return ((index % Steps) + Steps + 0.5) * Math.Pow(2, octave);
    }
}
