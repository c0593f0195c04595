namespace LicenseFunctions.Storage;

/// <summary>
/// What a row and a commit may hold, the same for every store: the limits of Azure Table Storage, checked here because
/// the emulator lets some of them pass and SQLite would let them all. Source: "Understanding the Table service data
/// model" and "Performing entity group transactions", Azure Storage REST reference.
/// </summary>
public static class RowLimits
{
    /// <summary>Changes in one commit.</summary>
    public const int Changes = 100;

    /// <summary>Rows that the service lists at a time.</summary>
    public const int PageRows = 1000;

    /// <summary>Characters in a partition or row key (1 KiB of UTF-16).</summary>
    public const int KeyCharacters = 512;

    /// <summary>Characters in a text value (64 KiB of UTF-16).</summary>
    public const int TextCharacters = 32 * 1024;

    /// <summary>Bytes in a binary value.</summary>
    public const int BinaryBytes = 64 * 1024;

    /// <summary>Properties in a row; the store keeps a few of the service's 252 for itself.</summary>
    public const int Properties = 200;

    /// <summary>Bytes in a row, as the service counts them.</summary>
    public const int RowBytes = 1024 * 1024;

    /// <summary>
    /// Bytes of all rows of a commit, in UTF-16: on the way to the service a character may take three times as much, and all
    /// of it must stay below 4 MiB.
    /// </summary>
    public const int CommitBytes = 1280 * 1024;

    /// <summary>Throws <see cref="ArgumentException"/> when a key is empty, too long or holds what a key may not.</summary>
    public static void CheckKey(string key)
    {
        if (key.Length is 0 or > KeyCharacters)
            throw new ArgumentException($"A key has 1 to {KeyCharacters} characters, this one {key.Length}.");
        foreach (var c in key)
        {
            if (c is '/' or '\\' or '#' or '?' || char.IsControl(c))
                throw new ArgumentException($"A key may not hold U+{(int)c:X4}.");
        }
    }

    /// <summary>Throws <see cref="ArgumentException"/> when a range is one that a store must refuse.</summary>
    public static void CheckRange(RowRange range)
    {
        ArgumentNullException.ThrowIfNull(range);
        if (range.Partition is not null)
            CheckKey(range.Partition);
        else if (range.From is not null)
            throw new ArgumentException("From needs a partition.", nameof(range));
        if (range is { Partition: not null, AfterPartition: not null })
            throw new ArgumentException("AfterPartition needs a whole table.", nameof(range));
    }

    /// <summary>Throws <see cref="ArgumentException"/> when a range is not the head of a partition's rows that can be read beside others.</summary>
    public static void CheckHead(RowRange head)
    {
        CheckRange(head);
        if (head is not { Partition: not null, Limit: >= 0 and <= PageRows })
            throw new ArgumentException($"A head is of one partition and has a limit of at most {PageRows} rows.", nameof(head));
    }

    /// <summary>Throws <see cref="ArgumentException"/> when a commit is one that a store must refuse.</summary>
    public static void CheckCommit(string partition, IReadOnlyList<RowChange> changes)
    {
        CheckKey(partition);
        if (changes.Count is 0 or > Changes)
            throw new ArgumentException($"A commit has 1 to {Changes} changes, this one {changes.Count}.");
        var bytes = 0L;
        for (var i = 0; i < changes.Count; i++)
        {
            CheckKey(changes[i].Key);
            for (var j = 0; j < i; j++)
            {
                if (string.Equals(changes[i].Key, changes[j].Key, StringComparison.Ordinal))
                    throw new ArgumentException("A commit may change a row once only.");
            }

            bytes += CheckRow(partition, changes[i]);
        }

        if (bytes > CommitBytes)
            throw new ArgumentException($"A commit has at most {CommitBytes} bytes, this one {bytes}.");
    }

    /// <summary>The bytes of a row as the service counts them; throws <see cref="ArgumentException"/> when it is over a limit.</summary>
    public static long CheckRow(string partition, RowChange change)
    {
        if (change.Values.Count > Properties)
            throw new ArgumentException($"A row has at most {Properties} properties, this one {change.Values.Count}.");
        long bytes = 4 + ((partition.Length + change.Key.Length) * 2);
        foreach (var (name, value) in change.Values.AsSpan())
            bytes += 8 + (name.Length * 2) + CheckValue(name, value);
        if (bytes > RowBytes)
            throw new ArgumentException($"A row has at most {RowBytes} bytes, this one {bytes}.");
        return bytes;
    }

    private static long CheckValue(string name, RowValue value) => value.Kind switch
    {
        RowValueKind.Text when value.AsText()!.Length > TextCharacters =>
            throw new ArgumentException($"{name} has at most {TextCharacters} characters."),
        RowValueKind.Binary when value.AsBinary()!.Length > BinaryBytes =>
            throw new ArgumentException($"{name} has at most {BinaryBytes} bytes."),
        RowValueKind.Text => 4 + (value.AsText()!.Length * 2L),
        RowValueKind.Binary => 4 + value.AsBinary()!.Length,
        _ => 8,
    };
}
