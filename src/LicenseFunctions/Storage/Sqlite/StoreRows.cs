namespace LicenseFunctions.Storage.Sqlite;

/// <summary>The rows of the store as they are: those in the journal as its overlay says, the others as their tables say.</summary>
internal sealed class StoreRows(RowTables tables, Overlay overlay, SeenVersions seen)
{
    /// <summary>Of longer pages nobody changes every row next.</summary>
    private const int RowsNoted = 8;

    public byte[]? Find(int table, byte[] partition, byte[] key, out long version)
    {
        if (!overlay.TryFind(table, partition, key, out var row))
        {
            var data = tables[table].Find(partition, key, out version);
            seen.Note(table, partition, key, version);
            return data;
        }

        version = row.State.Version;
        return version == 0 ? null : row.State.Data;
    }

    /// <summary>Reads the rows of a partition from one key up to, not including, another.</summary>
    /// <returns>Where the next page begins; null when there is none.</returns>
    public ListPosition? ReadPartition(int table, byte[] partition, byte[] from, byte[] end, int limit, List<StoredRow> page)
    {
        var more = tables[table].Listing.ReadPartition(partition, from, end, limit, page);
        var newer = overlay.RowsOf(table, partition);
        NoteVersions(table, partition, page, newer);
        return newer.Count == 0
            ? Next(page, more)
            : Merge(newer.Where(row => row.CompareTo(partition, from) >= 0 && row.CompareTo(partition, end) < 0), limit, page, more);
    }

    /// <summary>Reads the rows of a table from one position on; answers as above.</summary>
    public ListPosition? ReadEverything(int table, ListPosition from, int limit, List<StoredRow> page)
    {
        var more = tables[table].Listing.ReadEverything(from.Partition, from.Key, limit, page);
        return Merge(
            overlay.RowsOf(table, from.Partition, more ? page[^1].Partition : null).Where(row => row.CompareTo(from.Partition, from.Key) >= 0),
            limit, page, more);
    }

    /// <summary>Whether a change's condition holds now.</summary>
    public bool Allows(int table, byte[] partition, in EncodedChange change) =>
        change.Kind == RowChangeKind.Upsert || change.Allows(FindVersion(table, partition, change.Key));

    /// <summary>
    /// Makes a change; false when its condition does not hold, then nothing was changed. A row that is in the journal is
    /// changed there; another there or on its page, as the caller likes. But one that was just read from its page is changed there
    /// anyway: the page is at hand, so that this costs no more, and nobody has to write it a second time.
    /// </summary>
    public bool TryApply(int table, byte[] partition, in EncodedChange change, long version, bool inJournal)
    {
        var onPage = !inJournal || seen.TryFind(table, partition, change.Key, out _);
        if (onPage && !overlay.TryFind(table, partition, change.Key, out _))
        {
            seen.Forget(table, partition, change.Key);
            return tables[table].TryApply(partition, change, version);
        }

        if (!Allows(table, partition, change))
            return false;
        seen.Forget(table, partition, change.Key);
        overlay.Stage(table, partition, change.Key, change.Kind == RowChangeKind.Delete ? 0 : version, change.Data);
        return true;
    }

    private long FindVersion(int table, byte[] partition, byte[] key) =>
        overlay.TryFind(table, partition, key, out var row) ? row.State.Version
        : seen.TryFind(table, partition, key, out var version) ? version
        : tables[table].FindVersion(partition, key);

    private void NoteVersions(int table, byte[] partition, List<StoredRow> page, IReadOnlyList<OverlayRow> newer)
    {
        if (page.Count > RowsNoted)
            return;
        foreach (var row in page)
        {
            if (newer.Count == 0 || !overlay.TryFind(table, partition, row.Key, out _))
                seen.Note(table, partition, row.Key, row.Version);
        }
    }

    /// <summary>Puts the journal's rows among those of a page, in their place; after its last row too when no other follows.</summary>
    private static ListPosition? Merge(IEnumerable<OverlayRow> rows, int limit, List<StoredRow> page, bool more)
    {
        var next = Next(page, more);
        var newer = rows.Where(row => next is not { } end || row.CompareTo(end.Partition, end.Key) < 0).ToList();
        if (newer.Count == 0)
            return next;
        var older = page.ToArray();
        page.Clear();
        var at = 0;
        foreach (var row in newer)
        {
            for (; at < older.Length && row.CompareTo(older[at].Partition, older[at].Key) > 0; at++)
                page.Add(older[at]);
            if (at < older.Length && row.CompareTo(older[at].Partition, older[at].Key) == 0)
                at++;
            if (row.State.Version != 0)
                page.Add(new(row.Partition, row.Key, row.State.Version, row.State.Data));
        }

        page.AddRange(older.AsSpan(at));
        if (page.Count <= limit)
            return next;
        page.RemoveRange(limit, page.Count - limit);
        return After(page[^1]);
    }

    private static ListPosition? Next(List<StoredRow> page, bool more) => more ? After(page[^1]) : null;

    private static ListPosition After(StoredRow row) => new(row.Partition, KeyText.After(row.Key));
}
