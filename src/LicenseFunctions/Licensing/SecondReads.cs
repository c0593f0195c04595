namespace LicenseFunctions.Licensing;

/// <summary>
/// How often an instance may read a second copy to be answered sooner. Few enough that all instances together do not bring
/// the account to its limit with what only saves time; none for a while after the store could not keep up.
/// </summary>
internal sealed class SecondReads(TimeProvider time)
{
    private const double PerSecond = 100;
    private const double AtOnce = 50;

    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private double _left = AtOnce;
    private long _at = time.GetTimestamp();
    private long _restsFrom;
    private bool _rests;

    public bool TryTake()
    {
        lock (_gate)
        {
            if (_rests && time.GetElapsedTime(_restsFrom) < Rest)
                return false;
            _rests = false;
            var now = time.GetTimestamp();
            _left = Math.Min(AtOnce, _left + (PerSecond * time.GetElapsedTime(_at, now).TotalSeconds));
            _at = now;
            if (_left < 1)
                return false;
            _left--;
            return true;
        }
    }

    public void Pause()
    {
        lock (_gate)
            (_rests, _restsFrom) = (true, time.GetTimestamp());
    }
}
