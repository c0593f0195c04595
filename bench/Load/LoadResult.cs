namespace LicenseFunctions.Bench.Load;

/// <summary>What a load came to.</summary>
internal sealed class LoadResult
{
    private readonly long[] _statuses = new long[600];

    public Histogram Latency { get; } = new();

    public double Seconds { get; set; }

    public double PerSecond => Latency.Count / Seconds;

    public long Of(int status) => _statuses[status];

    public void Count(int status, long ticks)
    {
        _statuses[status]++;
        Latency.Add(ticks);
    }

    public void Add(LoadResult other)
    {
        Latency.Add(other.Latency);
        for (var i = 0; i < _statuses.Length; i++)
            _statuses[i] += other._statuses[i];
    }

    /// <summary>Throws unless nearly all answers had this status: a figure of other answers would mean nothing.</summary>
    public LoadResult MostlyOf(int status)
    {
        if (Of(status) < Latency.Count * 0.97)
        {
            var all = string.Join(", ", _statuses.Select((count, code) => (count, code)).Where(each => each.count > 0).Select(each => $"{each.count} × {each.code}"));
            throw new InvalidOperationException($"The answers were not {status}: {all}.");
        }

        return this;
    }
}
