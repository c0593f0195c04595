using System.Globalization;

namespace LicenseFunctions.Licensing;

/// <summary>
/// Where an entry of telemetry is kept. Its own row stands among all entries; whole copies stand where it is looked for: by
/// license key, user, group, product, and among the flagged ones. A view that the entries of many clients go to is spread
/// over 16 partitions, so that it takes in more than the 2,000 rows a second that the service grants to one. Row keys begin
/// with the time turned round: the newest entry is the first row, the ones to be removed are the last.
/// </summary>
internal static class TelemetryRows
{
    public const int Shards = 16;

    private const string All = "all";
    private const string Flagged = "flagged";

    /// <summary>The partitions of all entries.</summary>
    public static IReadOnlyList<string> AllPartitions { get; } = Spread(All);

    /// <summary>The row key of an entry, the same in all its partitions.</summary>
    public static string Key(long createdAt, long id) =>
        string.Create(CultureInfo.InvariantCulture, $"{long.MaxValue - createdAt:D19}.{long.MaxValue - id:D19}");

    /// <summary>What the row keys of entries begin at that are older than an instant.</summary>
    public static string OlderThan(long instant) => string.Create(CultureInfo.InvariantCulture, $"{long.MaxValue - instant + 1:D19}");

    /// <summary>The partition of the entry's own row.</summary>
    public static string OwnPartition(TelemetryEntry entry) => Shard(All, entry.Id);

    /// <summary>The partitions of its copies.</summary>
    public static IEnumerable<string> CopyPartitions(TelemetryEntry entry)
    {
        if (entry.LicenseKey is { } licenseKey)
            yield return License(licenseKey);
        if (entry.UserIdentifier is { } user)
            yield return User(user);
        if (entry.DataGroup is { } group)
            yield return Shard(Group(group), entry.Id);
        if (entry.ProductId is { } product)
            yield return Shard(Product(product), entry.Id);
        if (entry.HasRedFlags)
            yield return Shard(Flagged, entry.Id);
    }

    /// <summary>The partitions to read for a filter: those of the narrowest view that holds all it asks for.</summary>
    public static IReadOnlyList<string> PartitionsFor(TelemetryFilter filter) => filter switch
    {
        { LicenseKey: { } licenseKey } => [License(licenseKey)],
        { UserIdentifier: { } user } => [User(user)],
        { DataGroup: { } group } => Spread(Group(group)),
        { ProductId: { } product } => Spread(Product(product)),
        { HasRedFlags: true } => Spread(Flagged),
        _ => AllPartitions,
    };

    private static string License(string licenseKey) => "license." + LicenseRows.Hash(licenseKey);

    private static string User(string user) => "user." + LicenseRows.Hash(user);

    private static string Group(string group) => "group." + LicenseRows.Hash(group);

    private static string Product(long id) => string.Create(CultureInfo.InvariantCulture, $"product.{id}");

    private static string Shard(string view, long id) => string.Create(CultureInfo.InvariantCulture, $"{view}.{id % Shards:D2}");

    private static string[] Spread(string view) => [.. Enumerable.Range(0, Shards).Select(shard => Shard(view, shard))];
}
