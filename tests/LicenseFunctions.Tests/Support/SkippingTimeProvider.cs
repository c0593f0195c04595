namespace LicenseFunctions.Tests.Support;

/// <summary>A clock in which whoever waits has waited: a timer fires at once, and the time until it would have is past.</summary>
internal sealed class SkippingTimeProvider : TimeProvider
{
    private long _ticks;

    public TimeSpan Elapsed => new(Interlocked.Read(ref _ticks));

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Interlocked.Read(ref _ticks);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime > TimeSpan.Zero)
            Interlocked.Add(ref _ticks, dueTime.Ticks);
        return System.CreateTimer(callback, state, TimeSpan.Zero, period);
    }
}
