using LicenseFunctions.Signing;

namespace LicenseFunctions.KeyRotation;

/// <summary>Puts what the signer has beside what the plan says.</summary>
internal static class KeyOverview
{
    /// <summary>What holds for a name without a plan, as one; without versions where there is nothing that signs.</summary>
    public static KeyPlan PlanOf(string name, IReadOnlyList<SigningKey> keys)
    {
        var versions = new List<PlannedVersion>();
        var signs = keys.Where(key => key.State != SigningKeyState.Announced)
            .OrderBy(key => key.State == SigningKeyState.Current ? 1 : 0).ThenBy(key => key.CreatedAt);
        foreach (var key in signs)
        {
            var made = key.CreatedAt?.ToUnixTimeMilliseconds() ?? 0;
            versions.Add(new(key.Version, key.KeyId, made) { From = Math.Max(made, versions is [.., var last] ? last.From!.Value + 1 : 0) });
        }

        return new(name, versions);
    }

    public static IEnumerable<ListedVersion> Of(string name, IReadOnlyList<SigningKey> keys, KeyPlan? written, long now)
    {
        var plan = written ?? PlanOf(name, keys);
        var current = plan.CurrentAt(now);
        var planned =
            from version in plan.Versions
            let key = keys.FirstOrDefault(key => key.Version == version.Version && key.KeyId == version.KeyId)
            let state = !version.IsPublished ? "retired" : key is null ? "missing" : Word(version.StateBeside(current, now))
            orderby Rank(state), version.AnnouncedAt descending
            select new ListedVersion(
                name, version.Version, version.KeyId, state, key, version,
                version == current ? plan.NextSwitchAfter(now) : plan.StoppedAt(version, now));
        var unused = keys.Where(key => plan.Versions.All(version => version.Version != key.Version))
            .Select(key => new ListedVersion(name, key.Version, key.KeyId, "unused", key, null, null));
        return planned.Concat(unused);
    }

    private static string Word(SigningKeyState state) => state switch
    {
        SigningKeyState.Current => "current",
        SigningKeyState.Announced => "announced",
        SigningKeyState.Previous => "previous",
    };

    private static int Rank(string state) => Array.IndexOf(["current", "announced", "previous", "missing", "retired"], state);
}
