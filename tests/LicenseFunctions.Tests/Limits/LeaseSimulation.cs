using System.Runtime.CompilerServices;
using LicenseFunctions.Limits;
using LicenseFunctions.Storage;

namespace LicenseFunctions.Tests.Limits;

/// <summary>Several instances that share one leased limit, driven through time by hand.</summary>
internal sealed class LeaseSimulation
{
    private static readonly DateTimeOffset Start = new(2026, 1, 15, 10, 30, 0, TimeSpan.Zero);

    private readonly OneRowStore _store = new();
    private readonly Clock[] _clocks;
    private readonly LeasedLimiter[] _instances;
    private readonly Random _random;
    private readonly int _limit;

    public LeaseSimulation(int seed, int limit, int instances, int skewMs)
    {
        _random = new Random(seed);
        _limit = limit;
        _clocks = [.. Enumerable.Range(0, instances).Select(_ => new Clock(Start.AddMilliseconds(_random.Next(-skewMs, skewMs + 1))))];
        _instances = [.. _clocks.Select(clock => new LeasedLimiter(_store, clock))];
    }

    /// <summary>The milliseconds since the start at which requests were admitted.</summary>
    public List<double> Admitted { get; } = [];

    public int Refused { get; private set; }

    public int Commits => _store.Commits;

    /// <summary>Sends requests at random instants, at a steady rate.</summary>
    /// <param name="seconds">How long.</param>
    /// <param name="demand">The rate, as a part of the limit.</param>
    /// <param name="first">The part of the requests that go to the first instance, beside its even share.</param>
    public async Task RunAsync(int seconds, double demand, double first = 0)
    {
        for (var now = 0.0; ;)
        {
            var step = -Math.Log(1 - _random.NextDouble()) * 60_000 / (_limit * demand);
            now += step;
            if (now > seconds * 1000)
                return;
            foreach (var clock in _clocks)
                clock.Advance(TimeSpan.FromMilliseconds(step));
            var instance = _random.NextDouble() < first ? 0 : _random.Next(_instances.Length);
            if ((await _instances[instance].TakeAsync("key", _limit, null, default)).Admitted)
                Admitted.Add(now);
            else
                Refused++;
        }
    }

    /// <summary>The most that were admitted in any 60 seconds, leaving out what came before an instant.</summary>
    public int MostInAMinute(double from = 0)
    {
        var (most, oldest) = (0, 0);
        for (var i = 0; i < Admitted.Count; i++)
        {
            while (Admitted[i] - Admitted[oldest] >= 60_000)
                oldest++;
            while (Admitted[oldest] < from && oldest < i)
                oldest++;
            most = Math.Max(most, i - oldest + 1);
        }

        return most;
    }

    /// <summary>What was admitted from the second minute on, as a part of what the limit allows.</summary>
    public double Share(int seconds) => Admitted.Count(at => at >= 60_000) / (_limit * (seconds - 60) / 60.0);

    /// <summary>Moved by hand; whoever waits has waited already.</summary>
    private sealed class Clock(DateTimeOffset start) : TimeProvider
    {
        private DateTimeOffset _now = start;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override DateTimeOffset GetUtcNow() => _now;

        public override long GetTimestamp() => _now.UtcTicks;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            System.CreateTimer(callback, state, TimeSpan.Zero, period);

        public void Advance(TimeSpan by) => _now += by;
    }

    private sealed class OneRowStore : ITableStore
    {
        private Row? _row;

        public int Commits { get; private set; }

        public ValueTask<Row?> FindAsync(string table, string partition, string rowKey, CancellationToken cancel) => new(_row);

        public async IAsyncEnumerable<Row> ListAsync(RowRange range, [EnumeratorCancellation] CancellationToken cancel)
        {
            await Task.CompletedTask;
            yield break;
        }

        public ValueTask<CommitResult> CommitAsync(string table, string partition, IReadOnlyList<RowChange> changes, CancellationToken cancel)
        {
            var change = changes[0];
            if ((_row?.ETag ?? "") != change.ETag)
                return new(CommitResult.Refused(0));
            _row = new(partition, change.Key, change.Values, $"{++Commits}");
            return new(CommitResult.Done([_row.ETag]));
        }
    }
}
