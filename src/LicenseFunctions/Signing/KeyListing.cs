using System.Collections.Frozen;

namespace LicenseFunctions.Signing;

/// <summary>The keys of one name as they were read.</summary>
/// <param name="Name">The name.</param>
/// <param name="Keys">All that are published, with the signer's own word for their states.</param>
/// <param name="Plan">Decides the states where there is one.</param>
/// <param name="Turn">Reads are numbered as they begin: what an earlier one saw does not replace what a later one did.</param>
/// <param name="ReadAt">When, by the steady clock.</param>
internal sealed record ListedName(string Name, IReadOnlyList<SigningKey> Keys, KeyPlan? Plan, long Turn, long ReadAt)
{
    /// <summary>The current key first, then newest to oldest. No current one: the plan's is gone.</summary>
    public IEnumerable<SigningKey> At(long now)
    {
        if (Plan is null)
            return Keys;
        var current = Plan.CurrentAt(now);
        return
            from planned in Plan.Versions
            where planned.IsPublished
            let key = Keys.FirstOrDefault(key => key.Version == planned.Version && key.KeyId == planned.KeyId)
            where key is not null
            let state = planned.StateBeside(current, now)
            orderby state == SigningKeyState.Current ? 0 : 1, planned.AnnouncedAt descending
            select key.State == state ? key : key with { State = state };
    }
}

/// <summary>All that is known of the keys, judged at an instant.</summary>
internal sealed class KeyListing
{
    private readonly FrozenDictionary<string, ListedName> _names;
    private readonly FrozenDictionary<string, SigningKey> _current;
    private readonly ILookup<string, SigningKey> _byName;

    public KeyListing(IEnumerable<ListedName> names, long readAt, long now)
    {
        _names = names.ToFrozenDictionary(each => each.Name, StringComparer.Ordinal);
        ReadAt = readAt;
        Keys = [.. _names.Values.OrderBy(each => each.Name, StringComparer.Ordinal).SelectMany(each => each.At(now))];
        _byName = Keys.ToLookup(key => key.Name, StringComparer.Ordinal);
        _current = Keys.Where(key => key.State == SigningKeyState.Current).ToFrozenDictionary(key => key.Name, StringComparer.Ordinal);
        ValidUntil = _names.Values.Min(each => each.Plan?.NextSwitchAfter(now)) ?? long.MaxValue;
    }

    /// <summary>By name, the current one of each name first.</summary>
    public IReadOnlyList<SigningKey> Keys { get; }

    /// <summary>When all names were read last, by the steady clock.</summary>
    public long ReadAt { get; }

    /// <summary>The next planned switch, in Unix milliseconds.</summary>
    public long ValidUntil { get; }

    public ListedName? Name(string name) => _names.GetValueOrDefault(name);

    public IEnumerable<string> Names => _names.Keys;

    /// <summary>The key that signs for a name; for a caller who is pinned to a published one, that one.</summary>
    /// <exception cref="SigningUnavailableException">There is a plan, and the key that it names is gone.</exception>
    public SigningKey? Find(string name, IReadOnlyList<string>? pinned)
    {
        if (pinned is not null && _byName[name].FirstOrDefault(key => pinned.Contains(key.KeyId, StringComparer.Ordinal)) is { } own)
            return own;
        if (_current.TryGetValue(name, out var key))
            return key;
        return Name(name)?.Plan is null ? null : throw Gone(name);
    }

    public KeyListing At(long now) => new(_names.Values, ReadAt, now);

    /// <summary>With what was read of some names; nothing else is known of all of them than before.</summary>
    public KeyListing With(IEnumerable<ListedName> read, long now) => new(Merge(read), ReadAt, now);

    /// <summary>With what was read of all names: others are forgotten, unless they were read meanwhile.</summary>
    public KeyListing Renew(IReadOnlyCollection<ListedName> read, long turn, long readAt, long now) => new(
        Merge(read).Where(each => each.Turn > turn || read.Any(other => other.Name == each.Name)), readAt, now);

    private Dictionary<string, ListedName>.ValueCollection Merge(IEnumerable<ListedName> read)
    {
        var merged = _names.ToDictionary(StringComparer.Ordinal);
        foreach (var each in read)
        {
            if (!merged.TryGetValue(each.Name, out var known) || known.Turn < each.Turn)
                merged[each.Name] = each;
        }

        return merged.Values;
    }

    private static SigningUnavailableException Gone(string name) => new(
        $"The version of the signing key '{name}' that signs is gone or damaged: restore it, or go on with another one (licensectl signing-key rotate {name} --now).");
}
