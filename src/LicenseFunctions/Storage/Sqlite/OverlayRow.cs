namespace LicenseFunctions.Storage.Sqlite;

/// <summary>A row whose newest state is in the journal and perhaps not on its page yet.</summary>
internal sealed class OverlayRow(int table, byte[] partition, byte[] key)
{
    public int Table => table;

    public byte[] Partition => partition;

    public byte[] Key => key;

    public OverlayState State { get; private set; }

    /// <summary>The state before the transaction under way, if that changed the row; its sequence is 0 for a row that was not here.</summary>
    public OverlayState Before { get; private set; }

    public bool IsStaged { get; private set; }

    /// <summary>Changes the row in the transaction under way; the bytes are not to be changed afterwards.</summary>
    public void Stage(long version, byte[] data)
    {
        if (!IsStaged)
            (Before, IsStaged) = (State, true);
        State = new(version, data, State.Sequence);
    }

    /// <summary>The journal holds this state under that number.</summary>
    public void Keep(long version, byte[] data, long sequence) =>
        (State, Before, IsStaged) = (new(version, data, sequence), default, false);

    public void Undo() => (State, Before, IsStaged) = (Before, default, false);

    public int CompareTo(ReadOnlySpan<byte> otherPartition, ReadOnlySpan<byte> otherKey) =>
        partition.AsSpan().SequenceCompareTo(otherPartition) is var order and not 0 ? order : key.AsSpan().SequenceCompareTo(otherKey);
}

/// <summary>One state of a row: version 0 says that there is none.</summary>
/// <param name="Version">The version, or 0.</param>
/// <param name="Data">The encoded properties.</param>
/// <param name="Sequence">The journal's row that says so.</param>
internal readonly record struct OverlayState(long Version, byte[] Data, long Sequence);
