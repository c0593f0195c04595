namespace LicenseFunctions.Signing;

/// <summary>
/// Reads keys by the names that are known, so that nobody need be allowed to list a vault: the global one, those with a
/// plan, those that the directory names, and those that were found when they were asked for.
/// </summary>
internal sealed class KeyReader(ISigner signer, TimeProvider clock, KeyDirectory directory)
{
    private const int Parallelism = 8;

    // A name without a plan changes only where an operator works on the vault or the folder by hand.
    private static readonly TimeSpan FreshGlobal = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan FreshOther = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan FreshNames = TimeSpan.FromMinutes(1);

    private IReadOnlyCollection<string> _names = [];
    private long? _namesReadAt;
    private long _turn;

    public long NextTurn() => Interlocked.Increment(ref _turn);

    public async Task<IReadOnlyCollection<ListedName>> ReadAllAsync(KeyListing? known, long turn)
    {
        var naming = NamesAsync();
        var plans = (await directory.Plans(CancellationToken.None)).ToDictionary(plan => plan.Name, StringComparer.Ordinal);
        string[] names = [.. new[] { SigningKeys.Global }.Concat(plans.Keys).Concat(await naming).Concat(known?.Names ?? []).Distinct(StringComparer.Ordinal)];
        return names.Length == 1
            ? [await ReadAsync(names[0], plans.GetValueOrDefault(names[0]), known?.Name(names[0]), turn)]
            : await ReadEachAsync(names, plans, known, turn);
    }

    /// <summary>Reads one name anew.</summary>
    public async Task<ListedName> ReadAsync(string name, long turn) =>
        await ReadAsync(name, (await directory.Plans(CancellationToken.None)).FirstOrDefault(plan => plan.Name == name), null, turn);

    /// <summary>What is known once the first key of a name was made, or was found to be there.</summary>
    public async Task<ListedName> AdoptAsync(SigningKey made)
    {
        var plan = (await directory.Plans(CancellationToken.None)).FirstOrDefault(plan => plan.Name == made.Name);
        return plan is null
            ? new(made.Name, [made], null, NextTurn(), clock.GetTimestamp())
            : await ReadAsync(made.Name, plan, null, NextTurn());
    }

    private async Task<IReadOnlyCollection<ListedName>> ReadEachAsync(string[] names, Dictionary<string, KeyPlan> plans, KeyListing? known, long turn)
    {
        var read = new ListedName[names.Length];
        var options = new ParallelOptions { MaxDegreeOfParallelism = Parallelism };
        await Parallel.ForAsync(0, names.Length, options, async (i, _) =>
            read[i] = await ReadAsync(names[i], plans.GetValueOrDefault(names[i]), known?.Name(names[i]), turn));
        return [.. read.Where(each => each.Name == SigningKeys.Global || each.Keys.Count > 0 || each.Plan is not null)];
    }

    private async Task<ListedName> ReadAsync(string name, KeyPlan? plan, ListedName? known, long turn)
    {
        var readAt = clock.GetTimestamp();
        if (plan is not null)
            return new(name, await PlannedAsync(plan, known), plan, turn, readAt);
        var isFresh = known is { Plan: null, Keys.Count: > 0 }
            && clock.GetElapsedTime(known.ReadAt) < (name == SigningKeys.Global ? FreshGlobal : FreshOther);
        return isFresh ? known! with { Turn = turn } : new(name, await signer.ListAsync(name, CancellationToken.None), null, turn, readAt);
    }

    /// <summary>A version's public half never changes, so it is read once; one that is gone is missing.</summary>
    private async Task<IReadOnlyList<SigningKey>> PlannedAsync(KeyPlan plan, ListedName? known)
    {
        var keys = new List<SigningKey>();
        foreach (var planned in plan.Versions.Where(version => version.IsPublished))
        {
            if ((known?.Keys.FirstOrDefault(key => key.Version == planned.Version)
                ?? await signer.FindAsync(plan.Name, planned.Version, CancellationToken.None)) is { } key)
            {
                keys.Add(key);
            }
        }

        return keys;
    }

    private async Task<IReadOnlyCollection<string>> NamesAsync()
    {
        if (_namesReadAt is { } at && clock.GetElapsedTime(at) < FreshNames)
            return _names;
        _names = await directory.Names(CancellationToken.None);
        _namesReadAt = clock.GetTimestamp();
        return _names;
    }
}
