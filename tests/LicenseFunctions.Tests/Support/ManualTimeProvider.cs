namespace LicenseFunctions.Tests.Support;

/// <summary>A clock that stands still until it is told to move. Its timers run in real time, unless they are held.</summary>
public sealed class ManualTimeProvider(DateTimeOffset start) : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly List<HeldTimer> _held = [];
    private long _ticks = start.UtcTicks;

    public ManualTimeProvider()
        : this(new DateTimeOffset(2026, 1, 15, 10, 30, 0, TimeSpan.Zero))
    {
    }

    /// <summary>Timers fire once each, and only when the clock is moved past their time: however slow the machine is, none is early.</summary>
    public bool HoldsTimers { get; init; }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => new(Interlocked.Read(ref _ticks), TimeSpan.Zero);

    public override long GetTimestamp() => Interlocked.Read(ref _ticks);

    public void Advance(TimeSpan by)
    {
        HeldTimer[] due;
        lock (_gate)
        {
            var now = Interlocked.Add(ref _ticks, by.Ticks);
            due = [.. _held.Where(timer => timer.DueAt <= now)];
            _held.RemoveAll(timer => timer.DueAt <= now);
        }

        foreach (var timer in due)
            timer.Fire();
    }

    /// <summary>How many held timers would fire within this time.</summary>
    public int DueWithin(TimeSpan time)
    {
        lock (_gate)
            return _held.Count(timer => timer.DueAt <= GetTimestamp() + time.Ticks);
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (!HoldsTimers)
            return base.CreateTimer(callback, state, dueTime, period);
        var timer = new HeldTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    private sealed class HeldTimer(ManualTimeProvider clock, TimerCallback callback, object? state) : ITimer
    {
        public long DueAt { get; private set; }

        public void Fire() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock._gate)
            {
                clock._held.Remove(this);
                DueAt = clock.GetTimestamp() + dueTime.Ticks;
                if (dueTime != Timeout.InfiniteTimeSpan)
                    clock._held.Add(this);
            }

            return true;
        }

        public void Dispose()
        {
            lock (clock._gate)
                clock._held.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }
    }
}
