using System.Globalization;
using LicenseFunctions.Licensing;
using LicenseFunctions.Storage;

namespace LicenseFunctions.Checks;

/// <summary>
/// What the rows of one license's partition add up to. Two sets of rows are compared by their sums, so that a license of
/// any number of activations takes no memory.
/// </summary>
internal sealed class PartitionTally(string partition)
{
    private readonly Dictionary<long, Counts> _counts = [];

    public License? License { get; private set; }

    /// <summary>True when something of this partition is still to be told to the lists or removed.</summary>
    public bool HasOutbox { get; private set; }

    /// <summary>The rows that belong to the license there is.</summary>
    public Counts Own => License is null ? new() : Of(License.Id);

    public bool IsKeyWrong => License is not null && LicenseRows.Partition(License.Key) != partition;

    public bool IsHeadWrong => License is { } license && (license.ActiveCount != Own.Activations || license.MetaCount != Own.Meta
        || license.Latest?.IdentifierHash != (Own.Activations == 0 ? null : Own.Latest ?? license.Latest?.IdentifierHash));

    /// <summary>True when an activation lacks one of its rows, or a row lacks its activation.</summary>
    public bool IsUneven => Own is var own && (own.ActivationSum != own.RecentSum || own.IdentifierSum != own.UsageSum);

    /// <summary>True when there are rows of another license, which is gone.</summary>
    public bool HasOrphans => _counts.Any(each => each.Key != License?.Id && each.Value.Any);

    public bool IsSuspect => IsKeyWrong || IsHeadWrong || IsUneven || (HasOrphans && !HasOutbox);

    public void Add(Row row)
    {
        var of = row.Values.GetNumber("license_id");
        switch (KindOf(row))
        {
            case "license":
                License = License.From(row.Values);
                break;
            case "activation":
                Of(of).Activations++;
                Of(of).ActivationSum += Mix(HashOf(row), row.Values.GetNumber("activated_at"));
                Of(of).IdentifierSum += Mix(HashOf(row), 0);
                break;
            case "license.~":
                Of(of).Recents++;
                Of(of).Latest ??= HashOf(row);
                Of(of).RecentSum += Mix(HashOf(row), row.Values.GetNumber("activated_at"));
                break;
            case "usage":
                Of(of).Usages++;
                Of(of).UsageSum += Mix(HashOf(row), 0);
                break;
            case "meta":
                Of(of).Meta++;
                break;
            case "outbox":
                HasOutbox = true;
                break;
            default:
                break;
        }
    }

    /// <summary>Which of the kinds that belong to one license a row is.</summary>
    public static string KindOf(Row row) =>
        row.Key.StartsWith(LicenseRows.Recent, StringComparison.Ordinal) ? LicenseRows.Recent
        : row.Key is LicenseRows.License or LicenseRows.Usage ? row.Key
        : row.Key[..row.Key.IndexOf('.', StringComparison.Ordinal)];

    /// <summary>The hash that ends a row key.</summary>
    public static string HashOf(Row row) => row.Key[(row.Key.LastIndexOf('.') + 1)..];

    private Counts Of(long license)
    {
        if (!_counts.TryGetValue(license, out var counts))
            _counts[license] = counts = new();
        return counts;
    }

    private static ulong Mix(string hash, long instant) => unchecked(
        ulong.Parse(hash.AsSpan(0, 16), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture) * ((2 * (ulong)instant) + 1));

    /// <summary>Of one license.</summary>
    internal sealed class Counts
    {
        public long Activations { get; set; }

        public long Recents { get; set; }

        public long Usages { get; set; }

        public long Meta { get; set; }

        /// <summary>Whose activation is the newest.</summary>
        public string? Latest { get; set; }

        public ulong ActivationSum { get; set; }

        public ulong RecentSum { get; set; }

        public ulong IdentifierSum { get; set; }

        public ulong UsageSum { get; set; }

        public bool Any => Activations + Recents + Usages + Meta > 0;
    }
}
