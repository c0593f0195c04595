using System.Diagnostics;

namespace LicenseFunctions.Bench.InProcess;

/// <summary>Latencies of a service: log-normal, from a seed, by their median and 99th percentile.</summary>
internal sealed class Latency(double medianMs, double p99Ms, int seed)
{
    private readonly double _sigma = Math.Log(p99Ms / medianMs) / 2.326;
    private readonly Random _random = new(seed);

    public Task PassAsync()
    {
        double normal;
        lock (_random)
            normal = Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble())) * Math.Cos(2 * Math.PI * _random.NextDouble());
        return ExactDelay.PassAsync(TimeSpan.FromMilliseconds(medianMs * Math.Exp(_sigma * normal)));
    }
}

/// <summary>So many operations a second and no more; a tenth of a second's worth may come at once.</summary>
internal sealed class Allowance(double perSecond)
{
    private double _left = perSecond / 10;
    private long _at = Stopwatch.GetTimestamp();

    public bool TryTake()
    {
        lock (this)
        {
            var now = Stopwatch.GetTimestamp();
            _left = Math.Min(perSecond / 10, _left + (perSecond * (now - _at) / Stopwatch.Frequency));
            _at = now;
            if (_left < 1)
                return false;
            _left--;
            return true;
        }
    }
}
