using Azure.Security.KeyVault.Keys;

namespace LicenseFunctions.Signing.KeyVault;

/// <summary>Which part each version of a key plays. Every process must come to the same answer from the same versions.</summary>
/// <remarks>
/// This is what holds where no plan (<see cref="KeyPlan"/>) says otherwise: the newest enabled version signs, older ones are
/// still published, and one is announced while its tag <c>state</c> says so, as of those made to be rotated to, or its
/// not-before lies ahead. The vault calls the newest one the latest at once, so nobody may go by that.
/// <para>
/// Creation races. The vault cannot create "only if absent": two processes that both find nothing both make a version, and
/// by the rule above the later one would take over from a key that has signed already. So versions made on first use carry
/// a tag, and of these only the oldest ever counts, however late another arrives: the loser of a race answers the winner's.
/// The vault dates versions by the second, so which is the oldest is certain only once that second has passed: until then
/// (see <see cref="IsSettled"/>) nobody answers any of them.
/// </para>
/// </remarks>
internal static class VaultVersions
{
    public const string StateTag = "state";
    public const string Announced = "announced";
    public const string OriginTag = "origin";
    public const string FirstUse = "first-use";

    /// <summary>The versions that are in use with their states: the current one first, then newest to oldest.</summary>
    public static List<(KeyProperties Version, SigningKeyState State)> Judge(IEnumerable<KeyProperties> versions, DateTimeOffset now)
    {
        var newestFirst = NewestFirst(versions);

        // Also when it is disabled by now: a key that an operator took out of use must not be followed by a race's loser.
        var first = newestFirst.FindLast(IsFirstUse);
        var usable = newestFirst.Where(version => version.Enabled != false && (!IsFirstUse(version) || version == first)).ToList();
        var current = usable.Find(version => !IsAnnounced(version, now) && !(version.ExpiresOn <= now));

        return [.. usable
            .Select(version => (Version: version, State: version == current ? SigningKeyState.Current
                : IsAnnounced(version, now) ? SigningKeyState.Announced : SigningKeyState.Previous))
            .OrderBy(judged => judged.State == SigningKeyState.Current ? 0 : 1)];
    }

    /// <summary>Whether no version can appear any more that is older than the oldest one made on first use.</summary>
    /// <remarks>A clock that is far off says yes; a creator waits in any case, so only a third process could be misled.</remarks>
    public static bool IsSettled(IEnumerable<KeyProperties> versions, DateTimeOffset now, TimeSpan settles) =>
        NewestFirst(versions).FindLast(IsFirstUse) is not { CreatedOn: { } created } || (now - created).Duration() >= settles;

    private static List<KeyProperties> NewestFirst(IEnumerable<KeyProperties> versions) =>
        [.. versions.OrderByDescending(version => version.CreatedOn).ThenByDescending(version => version.Version, StringComparer.Ordinal)];

    private static bool IsFirstUse(KeyProperties version) => version.Tags.TryGetValue(OriginTag, out var origin) && origin == FirstUse;

    private static bool IsAnnounced(KeyProperties version, DateTimeOffset now) =>
        version.NotBefore > now || (version.Tags.TryGetValue(StateTag, out var state) && state == Announced);
}
