namespace LicenseFunctions.Storage.Sqlite;

/// <summary>
/// Whose turn it is to use the one <see cref="SqliteSession"/>: that of the store's thread, or of a caller while the thread
/// waits for work.
/// </summary>
internal sealed class SessionTurn
{
    private const int Free = 0;
    private const int OfThread = 1;
    private const int OfCaller = 2;
    private const int SpinsOfCaller = 40;
    private const int YieldsBeforePause = 20;

    private volatile bool _sleeps;
    private int _whose;

    /// <summary>Whether the thread waits for work alone, without a time at which it looks after the journal.</summary>
    public bool Sleeps => _sleeps;

    /// <summary>For a caller: waits a moment for another caller, who does not take long, but not for the thread.</summary>
    public bool TryTake()
    {
        var spinner = default(SpinWait);
        for (var spins = 0; spins < SpinsOfCaller; spins++)
        {
            var whose = Interlocked.CompareExchange(ref _whose, OfCaller, Free);
            if (whose != OfCaller)
                return whose == Free;
            spinner.SpinOnce(sleep1Threshold: -1);
        }

        return false;
    }

    /// <summary>For the thread: waits for the caller who has it.</summary>
    public void Take()
    {
        for (var yields = 0; Interlocked.CompareExchange(ref _whose, OfThread, Free) != Free; yields++)
        {
            if (yields < YieldsBeforePause)
                Thread.Yield();
            else
                Pause.Briefly();
        }

        _sleeps = false;
    }

    /// <summary>For a caller.</summary>
    public void Release() => Volatile.Write(ref _whose, Free);

    /// <summary>For the thread, before it waits for work.</summary>
    /// <param name="sleeps">See <see cref="Sleeps"/>.</param>
    public void Release(bool sleeps)
    {
        _sleeps = sleeps;
        Release();
    }
}
