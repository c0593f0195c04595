using System.Diagnostics;

namespace LicenseFunctions.Storage.Sqlite;

/// <summary>
/// Leaves other processes their turn. SQLite's write lock has no queue: a process that commits without a gap keeps it,
/// and SQLite's own busy handler, which sleeps longer each time, gets about one turn in a second. So while another
/// writer is about, this process stays away for a moment after each commit, and looks often while it waits itself.
/// </summary>
internal sealed class WriteTurns(Database database) : IDisposable
{
    private static readonly TimeSpan Gap = TimeSpan.FromMicroseconds(100);
    private static readonly TimeSpan Memory = TimeSpan.FromSeconds(1);

    private readonly Statement _dataVersion = database.Prepare("PRAGMA data_version");
    private long _seenVersion = -1;
    private long _neighbourUntil;
    private long _notBefore;

    /// <summary>False during the gap after a commit.</summary>
    public bool MayWrite => _notBefore == 0 || Stopwatch.GetTimestamp() >= _notBefore;

    /// <summary>The write lock was taken by someone else.</summary>
    public void LockWasTaken() => _neighbourUntil = Stopwatch.GetTimestamp() + Ticks(Memory);

    /// <summary>Call first in each transaction: has another connection committed since the last one? Yes at first.</summary>
    public bool OthersHaveCommitted()
    {
        var version = _dataVersion.ReadNumber() ?? 0;
        if (version == _seenVersion)
            return false;
        if (_seenVersion >= 0)
            LockWasTaken();
        _seenVersion = version;
        return true;
    }

    public void Committed()
    {
        var now = Stopwatch.GetTimestamp();
        _notBefore = now < _neighbourUntil ? now + Ticks(Gap) : 0;
    }

    public void Dispose() => _dataVersion.Dispose();

    private static long Ticks(TimeSpan time) => (long)(time.TotalSeconds * Stopwatch.Frequency);
}
