namespace LicenseFunctions.Storage;

/// <summary>
/// The rows of one partition as a batch of work sees them: what was read, and over it what the batch has staged. Each
/// row changed is committed under the ETag it was read with.
/// </summary>
public sealed class PartitionView(Dictionary<string, Row?> read)
{
    // Few rows, mostly two: lists searched from their start are quicker than dictionaries.
    private readonly List<Staged> _staged = new(2);
    private readonly List<Staged> _own = new(2);

    public bool HasChanges => _staged.Count > 0;

    /// <summary>The same rows with nothing staged: to see what a decision would be without making it.</summary>
    public PartitionView Afresh() => new(read);

    /// <summary>The values of a row, as staged or as read; null when there is none (or it was not asked for).</summary>
    public RowValues? Find(string key) =>
        IndexOf(_own, key) is var own and >= 0 ? _own[own].Values
        : IndexOf(_staged, key) is var staged and >= 0 ? _staged[staged].Values
        : read.GetValueOrDefault(key)?.Values;

    /// <summary>Whether this decision sets or deletes the row.</summary>
    public bool Sets(string key) => IndexOf(_own, key) >= 0;

    /// <summary>Stages the whole row.</summary>
    public void Set(string key, RowValues values) => Put(_own, key, values);

    /// <summary>Stages the removal of the row. Nothing when it was looked for and not found; one not looked for must be there.</summary>
    public void Delete(string key) => Put(_own, key, null);

    /// <summary>The rows of the head under a prefix, in order, as staged or as read.</summary>
    public IEnumerable<KeyValuePair<string, RowValues>> List(string prefix)
    {
        var keys = new SortedSet<string>(StringComparer.Ordinal);
        keys.UnionWith(read.Keys);
        keys.UnionWith(_staged.Select(staged => staged.Key));
        keys.UnionWith(_own.Select(own => own.Key));
        foreach (var key in keys)
        {
            if (key.StartsWith(prefix, StringComparison.Ordinal) && Find(key) is { } values)
                yield return new(key, values);
        }
    }

    /// <summary>Runs one decision; what it staged is dropped when it throws.</summary>
    internal void Run(PartitionWork work)
    {
        _own.Clear();
        work.Decide(this);
        foreach (var (key, values) in _own)
            Stage(key, values);
        _own.Clear();
    }

    internal List<RowChange> Changes()
    {
        var changes = new List<RowChange>(_staged.Count);
        foreach (var (key, values) in _staged)
        {
            var before = read.GetValueOrDefault(key);
            if (values is not null)
                changes.Add(before is null ? NewRow(key, values) : RowChange.Replace(key, values, before.ETag));
            else if (before is not null || !read.ContainsKey(key))
                changes.Add(RowChange.Delete(key, before?.ETag ?? RowChange.AnyETag));
        }

        return changes;
    }

    internal bool Changed(string key) => IndexOf(_staged, key) >= 0;

    /// <summary>A row that nobody looked for, made and removed within one batch, never was.</summary>
    private void Stage(string key, RowValues? values)
    {
        var staged = values is null ? IndexOf(_staged, key) : -1;
        if (staged >= 0 && _staged[staged].Values is not null && !read.ContainsKey(key))
            _staged.RemoveAt(staged);
        else
            Put(_staged, key, values);
    }

    private static void Put(List<Staged> rows, string key, RowValues? values)
    {
        var i = IndexOf(rows, key);
        if (i >= 0)
            rows[i] = new(key, values);
        else
            rows.Add(new(key, values));
    }

    private static int IndexOf(List<Staged> rows, string key)
    {
        for (var i = 0; i < rows.Count; i++)
        {
            if (string.Equals(rows[i].Key, key, StringComparison.Ordinal))
                return i;
        }

        return -1;
    }

    /// <summary>A row that was looked for and not found must still be absent; one that nobody looked for is overwritten.</summary>
    private RowChange NewRow(string key, RowValues values) =>
        read.ContainsKey(key) ? RowChange.Insert(key, values) : RowChange.Upsert(key, values);

    // A type of its own, so that the list of it is compiled ahead of time with this assembly.
    private readonly record struct Staged(string Key, RowValues? Values);
}
