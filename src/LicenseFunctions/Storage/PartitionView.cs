namespace LicenseFunctions.Storage;

/// <summary>
/// The rows of one partition as a batch of work sees them: what was read, and over it what the batch has staged. Each
/// row changed is committed under the ETag it was read with.
/// </summary>
public sealed class PartitionView(IReadOnlyDictionary<string, Row?> read)
{
    private readonly Dictionary<string, RowValues?> _staged = new(StringComparer.Ordinal);
    private Dictionary<string, RowValues?>? _own;

    public bool HasChanges => _staged.Count > 0;

    /// <summary>The same rows with nothing staged: to see what a decision would be without making it.</summary>
    public PartitionView Afresh() => new(read);

    /// <summary>The values of a row, as staged or as read; null when there is none (or it was not asked for).</summary>
    public RowValues? Find(string key) =>
        _own?.TryGetValue(key, out var own) == true ? own
        : _staged.TryGetValue(key, out var staged) ? staged
        : read.GetValueOrDefault(key)?.Values;

    /// <summary>Stages the whole row.</summary>
    public void Set(string key, RowValues values) => Own[key] = values;

    /// <summary>Stages the removal of the row. Nothing when it was looked for and not found; one not looked for must be there.</summary>
    public void Delete(string key) => Own[key] = null;

    /// <summary>The rows of the head under a prefix, in order, as staged or as read.</summary>
    public IEnumerable<KeyValuePair<string, RowValues>> List(string prefix)
    {
        var keys = new SortedSet<string>(StringComparer.Ordinal);
        keys.UnionWith(read.Keys);
        keys.UnionWith(_staged.Keys);
        if (_own is not null)
            keys.UnionWith(_own.Keys);
        foreach (var key in keys)
        {
            if (key.StartsWith(prefix, StringComparison.Ordinal) && Find(key) is { } values)
                yield return new(key, values);
        }
    }

    /// <summary>Runs one decision; what it staged is dropped when it throws.</summary>
    internal void Run(PartitionWork work)
    {
        _own = null;
        work.Decide(this);
        if (_own is not null)
        {
            foreach (var (key, values) in _own)
                Stage(key, values);
        }

        _own = null;
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

    internal bool Changed(string key) => _staged.ContainsKey(key);

    /// <summary>A row that nobody looked for, made and removed within one batch, never was.</summary>
    private void Stage(string key, RowValues? values)
    {
        if (values is null && !read.ContainsKey(key) && _staged.GetValueOrDefault(key) is not null)
            _staged.Remove(key);
        else
            _staged[key] = values;
    }

    private Dictionary<string, RowValues?> Own => _own ??= new(StringComparer.Ordinal);

    /// <summary>A row that was looked for and not found must still be absent; one that nobody looked for is overwritten.</summary>
    private RowChange NewRow(string key, RowValues values) =>
        read.ContainsKey(key) ? RowChange.Insert(key, values) : RowChange.Upsert(key, values);
}
