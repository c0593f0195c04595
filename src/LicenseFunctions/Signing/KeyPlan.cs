namespace LicenseFunctions.Signing;

/// <summary>One version of a key in the plan of its name. Instants are Unix milliseconds.</summary>
/// <param name="Version">The signer's word for it.</param>
/// <param name="KeyId">Its <c>kid</c>: what was put in its place since is another key.</param>
/// <param name="AnnouncedAt">Published since.</param>
public sealed record PlannedVersion(string Version, string KeyId, long AnnouncedAt)
{
    /// <summary>Signs from then on, until a later one does; null while it is only announced.</summary>
    public long? From { get; init; }

    /// <summary>Neither published nor used since; null as long as it is.</summary>
    public long? RetiredAt { get; init; }

    /// <summary>Whether clients may know of it.</summary>
    public bool IsPublished => RetiredAt is null;

    /// <summary>The part it plays, seen beside the version that signs.</summary>
    public SigningKeyState StateBeside(PlannedVersion? current, long now) =>
        this == current ? SigningKeyState.Current
        : From is { } from && from <= now ? SigningKeyState.Previous
        : SigningKeyState.Announced;
}

/// <summary>
/// Which versions of a name are published, and from when each of them signs. Every instance comes to the same answer from
/// the same plan at the same instant, so a switch that is planned ahead happens everywhere at once and needs no write.
/// </summary>
/// <param name="Name">The key's name.</param>
/// <param name="Versions">Those that ever had a part.</param>
public sealed record KeyPlan(string Name, IReadOnlyList<PlannedVersion> Versions)
{
    /// <summary>The version that signs: of those whose time has come, the one whose time came last.</summary>
    public PlannedVersion? CurrentAt(long now) =>
        Versions.Where(version => version.IsPublished && version.From <= now).MaxBy(version => version.From);

    /// <summary>The version that is published ahead of its use; the one that is due first, where there are more.</summary>
    public PlannedVersion? AnnouncedAt(long now) => Versions
        .Where(version => version.IsPublished && !(version.From <= now))
        .OrderBy(version => version.From ?? long.MaxValue).ThenBy(version => version.AnnouncedAt).FirstOrDefault();

    /// <summary>When a version stopped signing; null when it never signed, or still does.</summary>
    public long? StoppedAt(PlannedVersion version, long now) => version.From is null ? null
        : Versions.Where(other => other.From > version.From && other.From <= now).Min(other => other.From);

    /// <summary>The next instant at which another version signs; null when none is planned.</summary>
    public long? NextSwitchAfter(long now) => Versions.Where(version => version.IsPublished && version.From > now).Min(version => version.From);

    /// <summary>The plan with a version put in the place of the one of its name, or added.</summary>
    public KeyPlan With(PlannedVersion version) =>
        this with { Versions = [.. Versions.Where(other => other.Version != version.Version), version] };

    /// <summary>
    /// This plan and another of its name as one: what either has retired stays retired, and of two switches the later one
    /// counts. A version that only the signer of the other plan calls so, of a key that is here under a word of its own, is that key.
    /// </summary>
    public KeyPlan Join(KeyPlan other, long now)
    {
        var joined = Versions.ToList();
        foreach (var version in other.Versions)
        {
            var same = joined.FindIndex(mine => mine.Version == version.Version && mine.KeyId == version.KeyId);
            var held = same >= 0 ? same : joined.FindLastIndex(mine => mine.KeyId == version.KeyId);
            if (held < 0)
                joined.Add(version);
            else
                joined[held] = joined[held] with { From = Later(joined[held].From, version.From, now), RetiredAt = joined[held].RetiredAt ?? (same >= 0 ? version.RetiredAt : null) };
        }

        return this with { Versions = joined };
    }

    /// <summary>A switch that lies ahead gives way to one that has come: somebody had it come at once.</summary>
    private static long? Later(long? one, long? other, long now) =>
        one is null || other is null ? one ?? other : one <= now && other <= now ? Math.Max(one.Value, other.Value) : Math.Min(one.Value, other.Value);
}

/// <summary>Where plans and names come from; this room does not know the store.</summary>
/// <param name="Plans">Every plan.</param>
/// <param name="Names">Names that keys may have which have no plan.</param>
public sealed record KeyDirectory(
    Func<CancellationToken, Task<IReadOnlyList<KeyPlan>>> Plans, Func<CancellationToken, Task<IReadOnlyCollection<string>>> Names)
{
    /// <summary>Knows nothing: the signer's own rule holds for every name that is asked for.</summary>
    public static KeyDirectory Empty { get; } =
        new(_ => Task.FromResult<IReadOnlyList<KeyPlan>>([]), _ => Task.FromResult<IReadOnlyCollection<string>>([]));
}
