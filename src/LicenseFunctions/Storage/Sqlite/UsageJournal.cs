using System.Buffers;

namespace LicenseFunctions.Storage.Sqlite;

/// <summary>
/// Usage and window rows change with nearly every request, each on a page of its own. So their changes go, those of a whole
/// group of commits together, to the end of one table, the journal, and to their pages later, many at once.
/// </summary>
/// <remarks>
/// <para>
/// What a file holds is its tables, overridden, row for row, by what the journal says of the row last. All else follows:
/// </para>
/// <list type="bullet">
/// <item>The journal's rows are numbered in the order of their commits, no number is used twice, and all up to
/// <c>journal_applied</c> are gone. Each is written in the transaction of the changes it holds.</item>
/// <item><see cref="Overlay"/> is the journal read to its end. Every transaction, also one that only reads, first looks
/// whether another connection has committed, and if so follows: it drops what is gone and reads what is new. So no process
/// needs to know of another, and one that was killed leaves nothing behind that the next does not read.</item>
/// <item>A change of a row that is in the overlay goes to the journal, whatever commit it is part of: on its page it would be
/// overridden. Other rows may be changed on their pages.</item>
/// <item>Writing a row's last state to its page changes nothing of what the file holds, so it may be done in steps, twice, or
/// by two processes. The journal's rows up to a number go, in the transaction of the last step, when every row that
/// they name has been written: of these rows the tables, or later rows of the journal, say the same.</item>
/// </list>
/// </remarks>
internal sealed class UsageJournal(Database database, Overlay overlay) : IDisposable
{
    private const int LargestKept = 256 * 1024;

    private readonly Statement _applied = database.Prepare("SELECT value FROM meta WHERE name = 'journal_applied'");
    private readonly Statement _setApplied = database.Prepare("UPDATE meta SET value = ?1 WHERE name = 'journal_applied'");
    private readonly Statement _read = database.Prepare("SELECT seq, changes FROM journal WHERE seq > ?1 ORDER BY seq");
    private readonly Statement _append = database.Prepare("INSERT INTO journal(seq, changes) VALUES (?1, ?2)");
    private readonly Statement _delete = database.Prepare("DELETE FROM journal WHERE seq <= ?1");
    private ArrayBufferWriter<byte> _bytes = new();
    private long _appended;

    /// <summary>The number up to which the journal is applied and gone.</summary>
    public long Applied { get; private set; }

    /// <summary>The number of its last row.</summary>
    public long Last { get; private set; }

    /// <summary>How many bytes were ever appended to it or read from it.</summary>
    public long Bytes { get; private set; }

    /// <summary>Call first in a transaction when another connection has committed since the last one.</summary>
    public void Follow()
    {
        var applied = _applied.ReadNumber() ?? throw new InvalidOperationException("The store has lost its journal_applied.");
        if (applied != Applied)
            Deleted(applied);
        Last = Math.Max(Last, Applied);
        _read.BindNumber(1, Last);
        try
        {
            while (_read.Step())
            {
                var changes = _read.Bytes(1);
                JournalEncoding.Read(changes, _read.Number(0), overlay);
                Last = _read.Number(0);
                Bytes += changes.Length;
            }
        }
        finally
        {
            _read.Reset();
        }
    }

    /// <summary>Writes the changes staged in the transaction under way, at its end.</summary>
    public void Append()
    {
        if (overlay.Staged.Count == 0)
            return;
        _bytes.ResetWrittenCount();
        JournalEncoding.Write(overlay.Staged, _bytes);
        _appended = Last + 1;
        _append.BindNumber(1, _appended);
        _append.BindBlob(2, _bytes.WrittenSpan);
        _append.Run();
    }

    /// <summary>The transaction was committed.</summary>
    public void Committed()
    {
        if (overlay.Staged.Count == 0)
            return;
        Last = _appended;
        Bytes += _bytes.WrittenCount;
        overlay.KeepStaged(Last);
        if (_bytes.Capacity > LargestKept)
            _bytes = new();
    }

    /// <summary>Removes the rows up to a number; what they hold is in the tables.</summary>
    public void Delete(long upTo)
    {
        _delete.BindNumber(1, upTo);
        _delete.Run();
        _setApplied.BindNumber(1, upTo);
        _setApplied.Run();
    }

    /// <summary>The transaction that removed them was committed.</summary>
    public void Deleted(long upTo)
    {
        Applied = upTo;
        overlay.Drop(upTo);
    }

    public void Dispose()
    {
        foreach (var statement in (ReadOnlySpan<Statement>)[_applied, _setApplied, _read, _append, _delete])
            statement.Dispose();
    }
}
