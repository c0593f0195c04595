using System.Buffers;

namespace LicenseFunctions.Storage.Sqlite;

/// <summary>
/// Usage and window rows change with nearly every request, each on a page of its own. So their changes go, those of a whole
/// group of commits together, to the end of a journal in the file, and to their pages later, many at once. (One that had to be read from its
/// page first is not asked for often: it is changed there.)
/// </summary>
/// <remarks>
/// <para>
/// What a file holds is its tables, overridden, row for row, by what the journal says of the row last. All else follows:
/// </para>
/// <list type="bullet">
/// <item>The journal's pages are numbered in the order of their commits, no number is used twice, and what is up to
/// <c>journal_applied</c> is over. Each is written in the transaction of the changes it holds.</item>
/// <item><see cref="Overlay"/> is the journal read to its end. Every transaction, also one that only reads, first looks
/// whether another connection has committed, and if so follows: it drops what is over and reads what is new. So no process
/// needs to know of another, and one that was killed leaves nothing behind that the next does not read.</item>
/// <item>A change of a row that is in the overlay goes to the journal, whatever commit it is part of: on its page it would be
/// overridden. Other rows may be changed on their pages.</item>
/// <item>Writing a row's last state to its page changes nothing of what the file holds, so it may be done in steps, twice, or
/// by two processes. The journal's pages up to a number are over, with the transaction of the last step, when every row that
/// they name has been written: of these rows the tables, or later pages of the journal, say the same.</item>
/// <item>Where it has no room for an entry, which steps see to in time, all rows are written in that transaction instead.</item>
/// </list>
/// </remarks>
internal sealed class UsageJournal(Database database, Overlay overlay, RowTables tables) : IDisposable
{
    private const int LargestKept = 256 * 1024;

    private readonly JournalPages _pages = new(database);
    private ArrayBufferWriter<byte> _entry = new();
    private long _appended;
    private bool _isWritten;

    /// <summary>The number up to which the journal is applied and over.</summary>
    public long Applied { get; private set; }

    /// <summary>The number of its last page.</summary>
    public long Last { get; private set; }

    /// <summary>Call first in a transaction when another connection has committed since the last one.</summary>
    public void Follow()
    {
        var applied = _pages.Follow();
        if (applied != Applied)
            Deleted(applied);
        Last = Math.Max(Last, Applied);
        for (var last = Last; _pages.TryRead(ref last, _entry); Last = last)
            JournalEncoding.Read(_entry.WrittenSpan, last, overlay);
        KeepSmall();
    }

    /// <summary>Writes the changes staged in the transaction under way, at its end.</summary>
    public void Append()
    {
        if (overlay.Staged.Count == 0)
            return;
        _entry.ResetWrittenCount();
        JournalEncoding.Write(overlay.Staged, _entry);
        var pages = JournalPages.Count(_entry.WrittenCount);
        _isWritten = Last + pages - Applied > JournalPages.Slots;
        _appended = Last + pages;
        if (_isWritten)
            WriteEverything();
        else
            _pages.Write(_entry.WrittenSpan, Last);
    }

    /// <summary>The transaction was committed.</summary>
    public void Committed()
    {
        if (overlay.Staged.Count == 0)
            return;
        Last = _appended;
        overlay.KeepStaged(Last);
        if (_isWritten)
            Deleted(Last);
        KeepSmall();
    }

    /// <summary>Ends what is up to a number; it is in the tables.</summary>
    public void Delete(long upTo) => _pages.Mark(upTo, Last);

    /// <summary>The transaction that ended it was committed.</summary>
    public void Deleted(long upTo)
    {
        Applied = upTo;
        overlay.Drop(upTo);
    }

    public void Dispose() => _pages.Dispose();

    private void WriteEverything()
    {
        tables.Put(overlay.InOrder());
        _pages.Mark(_appended, _appended);
    }

    private void KeepSmall()
    {
        if (_entry.Capacity > LargestKept)
            _entry = new();
    }
}
