namespace LicenseFunctions.Storage.Sqlite;

/// <summary>
/// Writes the rows of the journal to their pages: in steps, so that nobody waits long; in the order of the pages, each row
/// once however often it changed; when there are enough of them, or the first has waited for a while.
/// </summary>
internal sealed class JournalApplication(UsageJournal journal, Overlay overlay, RowTables tables, StorePace pace)
{
    /// <summary>Above this many times enough, each group of commits waits for a step.</summary>
    private const int Full = 3;

    /// <summary>So is with this many pages in it: there have to be some left for a large entry.</summary>
    private const int MostPages = JournalPages.Slots * 3 / 4;

    private static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan DelayAfterFault = TimeSpan.FromSeconds(1);

    private OverlayRow[]? _rows;
    private int _next;
    private int _reached;
    private long _upTo;
    private long _appliedAtStart;
    private long _since = -1;
    private long _notBefore;

    public bool IsFull => overlay.Count > Full * pace.EnoughRows || Waiting > Math.Min(Full * pace.EnoughPages, MostPages);

    private long Waiting => journal.Last - journal.Applied;

    /// <summary>How long until the next step may be made; null when there is nothing to do.</summary>
    public TimeSpan? Due()
    {
        if (Waiting == 0)
        {
            (_rows, _since) = (null, -1);
            return null;
        }

        var now = Environment.TickCount64;
        if (_since < 0)
            _since = now;
        var due = _rows is not null || overlay.Count >= pace.EnoughRows || Waiting >= pace.EnoughPages
            ? _notBefore
            : Math.Max(_notBefore, _since + (long)pace.LongestWait.TotalMilliseconds);
        return due <= now ? TimeSpan.Zero : TimeSpan.FromMilliseconds(due - now);
    }

    /// <summary>Call inside a write transaction: writes some rows.</summary>
    public void Step()
    {
        // Another process may have removed some of what was to be written, and changed those rows on their pages since.
        if (_rows is null || journal.Applied != _appliedAtStart)
            Begin();
        _reached = Math.Min(_next + Math.Max(pace.RowsInStep, IsFull ? overlay.Count / 4 : 0), _rows!.Length);
        tables.Put(_rows.AsSpan(_next.._reached));
        if (_reached == _rows.Length)
            journal.Delete(_upTo);
    }

    /// <summary>The step was committed.</summary>
    public void Stepped()
    {
        _next = _reached;
        if (_next < _rows!.Length)
            return;
        journal.Deleted(_upTo);
        (_rows, _since) = (null, -1);
    }

    /// <summary>The step could not be made: another process writes, or it failed.</summary>
    public void Postpone(bool failed) =>
        _notBefore = Environment.TickCount64 + (long)(failed ? DelayAfterFault : Delay).TotalMilliseconds;

    private void Begin() =>
        (_rows, _next, _upTo, _appliedAtStart) = (overlay.InOrder(), 0, journal.Last, journal.Applied);
}
