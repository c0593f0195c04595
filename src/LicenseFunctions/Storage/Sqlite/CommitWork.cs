using System.Threading.Tasks.Sources;

namespace LicenseFunctions.Storage.Sqlite;

/// <summary>One change with everything encoded, so that the writer thread only binds and steps.</summary>
internal readonly record struct EncodedChange(RowChangeKind Kind, byte[] Key, byte[] Data, long Expected)
{
    public static EncodedChange From(RowChange change) => new(
        change.Kind,
        KeyText.Encode(change.Key),
        change.Kind == RowChangeKind.Delete ? [] : RowEncoder.Encode(change.Values),
        RowVersion.FromETag(change.ETag));

    /// <summary>Whether the condition holds of a row with that version, 0 where there is none.</summary>
    public bool Allows(long version) => Kind switch
    {
        RowChangeKind.Upsert => true,
        RowChangeKind.Insert => version == 0,
        _ => version != 0 && (Expected == RowVersion.Any || version == Expected),
    };
}

/// <summary>A commit that waits for the writer thread.</summary>
internal sealed class CommitWork : StoreWork, IValueTaskSource<CommitResult>
{
    private readonly int _table;
    private readonly byte[] _partition;
    private readonly EncodedChange[] _changes;
    private readonly long[] _versions;
    private int _conflict;

    public CommitWork(string table, string partition, IReadOnlyList<RowChange> changes)
    {
        _table = RowTables.IndexOf(table);
        _partition = KeyText.Encode(partition);
        _changes = new EncodedChange[changes.Count];
        _versions = new long[changes.Count];
        for (var i = 0; i < changes.Count; i++)
        {
            _changes[i] = EncodedChange.From(changes[i]);
            Bytes += _changes[i].Data.Length;
            MustSurvivePowerLoss |= RowDurability.MustSurvivePowerLoss(table, changes[i].Key);
        }
    }

    public bool MustSurvivePowerLoss { get; }

    public int Bytes { get; }

    /// <summary>
    /// Makes all changes or, when a condition does not hold, none. Conditions nearly always hold, so each change is made
    /// under its own without a look ahead; false when a later one did not hold and the transaction has to be undone.
    /// </summary>
    public bool TryApply(StoreRows rows, RowVersion versions)
    {
        _conflict = -1;
        for (var i = 0; i < _changes.Length; i++)
        {
            _versions[i] = versions.Next();
            if (rows.TryApply(_table, _partition, _changes[i], _versions[i], !MustSurvivePowerLoss))
                continue;
            _conflict = i;
            return i == 0;
        }

        return true;
    }

    /// <summary>As above, with a look at every condition first: nothing has to be undone.</summary>
    public void ApplyCarefully(StoreRows rows, RowVersion versions)
    {
        _conflict = FindConflict(rows);
        if (_conflict < 0 && !TryApply(rows, versions))
            throw new InvalidOperationException("A condition that held no longer holds inside one transaction.");
    }

    CommitResult IValueTaskSource<CommitResult>.GetResult(short token)
    {
        GetResult(token);
        if (_conflict >= 0)
            return CommitResult.Refused(_conflict);
        var etags = new string[_changes.Length];
        for (var i = 0; i < etags.Length; i++)
            etags[i] = _changes[i].Kind == RowChangeKind.Delete ? "" : RowVersion.ToETag(_versions[i]);
        return CommitResult.Done(etags);
    }

    /// <summary>The first change is made under its own condition before any other, so only the others need a look first.</summary>
    private int FindConflict(StoreRows rows)
    {
        for (var i = 1; i < _changes.Length; i++)
        {
            if (!rows.Allows(_table, _partition, _changes[i]))
                return i;
        }

        return -1;
    }
}
