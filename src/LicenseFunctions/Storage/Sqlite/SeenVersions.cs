namespace LicenseFunctions.Storage.Sqlite;

/// <summary>
/// The versions of rows that were just read from their pages: most are changed next, under the condition that they still are
/// what was read, and need not be looked for again. Forgotten with the first change of the row, or of anything by others.
/// </summary>
internal sealed class SeenVersions
{
    private const int Slots = 512;

    private readonly Seen[] _seen = new Seen[Slots];
    private bool _isEmpty = true;

    /// <param name="table">The table.</param>
    /// <param name="partition">Not to be changed afterwards.</param>
    /// <param name="key">Not to be changed afterwards.</param>
    /// <param name="version">0 when there is no such row.</param>
    public void Note(int table, byte[] partition, byte[] key, long version)
    {
        _seen[Slot(partition, key)] = new(table, partition, key, version);
        _isEmpty = false;
    }

    public bool TryFind(int table, byte[] partition, byte[] key, out long version)
    {
        ref var seen = ref _seen[Slot(partition, key)];
        version = seen.Version;
        return seen.Is(table, partition, key);
    }

    /// <summary>Call when the row changes, on its page or in the journal.</summary>
    public void Forget(int table, byte[] partition, byte[] key)
    {
        ref var seen = ref _seen[Slot(partition, key)];
        if (seen.Is(table, partition, key))
            seen = default;
    }

    /// <summary>Call when others have changed the file, or what was changed here is undone.</summary>
    public void ForgetAll()
    {
        if (!_isEmpty)
            Array.Clear(_seen);
        _isEmpty = true;
    }

    private static int Slot(byte[] partition, byte[] key)
    {
        var hash = (Mix(partition) * 31) + Mix(key);
        return (int)((hash ^ (hash >> 9)) % Slots);
    }

    /// <summary>Most keys end with a hash: a few of their bytes tell them apart.</summary>
    private static uint Mix(byte[] text) => text.Length == 0
        ? 0
        : (((((uint)text.Length * 31) + text[0]) * 31) + text[text.Length / 2]) * 31 + text[^1];

    private readonly record struct Seen(int Table, byte[]? Partition, byte[]? Key, long Version)
    {
        public bool Is(int table, byte[] partition, byte[] key) =>
            Partition is not null && Table == table && Key.AsSpan().SequenceEqual(key) && Partition.AsSpan().SequenceEqual(partition);
    }
}
