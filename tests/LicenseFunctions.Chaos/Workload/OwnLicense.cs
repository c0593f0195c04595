namespace LicenseFunctions.Chaos.Workload;

/// <summary>What one client knows of a license that it alone changes. Null stands for: either.</summary>
internal sealed class OwnLicense(string key, int limit)
{
    private readonly Dictionary<string, bool?> _active = new(StringComparer.Ordinal);

    public string Key => key;

    public int Limit => limit;

    /// <summary>True until it is deleted for certain.</summary>
    public bool? Exists { get; set; } = true;

    /// <summary>The names that its owner may have; one, when all was heard.</summary>
    public HashSet<string?> Names { get; } = [null];

    /// <summary>The values that its piece of metadata may have; null for none.</summary>
    public HashSet<string?> Meta { get; } = [null];

    public IReadOnlyDictionary<string, bool?> Active => _active;

    public int Certain => _active.Count(each => each.Value == true);

    public int Possible => _active.Count(each => each.Value != false);

    public bool? this[string identifier]
    {
        get => _active.GetValueOrDefault(identifier, false);
        set => _active[identifier] = value;
    }

    /// <summary>What activating may answer.</summary>
    public bool MayActivate(string identifier, string code)
    {
        var (isFull, isFree) = (limit > 0 && Possible - (this[identifier] is null ? 1 : 0) >= limit, limit == 0 || Certain < limit);
        return code switch
        {
            "301" => this[identifier] != false,
            "302" => this[identifier] != true && isFull,
            "300" => this[identifier] != true && isFree,
            _ => false,
        };
    }
}
