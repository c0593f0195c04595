using LicenseFunctions.Limits;
using LicenseFunctions.Storage;

namespace LicenseFunctions.Licensing;

/// <summary>A rolling window of a license: the property that holds it, and its limit in 60 seconds (0 is off).</summary>
public sealed record WindowRule(string Property, int Limit);

/// <summary>One counted verification, and what its rows said of the last one before it, so that it can be taken back.</summary>
public sealed record CountedVerification(License License, long At, long? LastBefore, long? LastOfAllBefore);

/// <summary>Reads and writes a license's usage row: its windows and its verification totals.</summary>
public static class LicenseUsage
{
    public const int Schema = 1;

    private const string LastVerifiedAt = "last_verified_at";

    /// <summary>Takes a place in a window; stages the row when there was one to take.</summary>
    public static WindowVerdict Charge(PartitionView view, WindowRule rule, long now)
    {
        if (rule.Limit == 0)
            return WindowVerdict.Unlimited;
        var usage = view.Find(LicenseRows.Usage);
        var verdict = RollingWindow.Admit(usage?.GetBinary(rule.Property), now, rule.Limit, out var updated);
        if (updated is not null)
        {
            var values = usage?.Copy() ?? new RowValues { ["schema"] = Schema };
            values[rule.Property] = updated;
            view.Set(LicenseRows.Usage, values);
        }

        return verdict;
    }

    /// <summary>
    /// Changes the usage row with every change of the license, so that a request which only counts, and replaces the usage
    /// row that it remembers, knows the license to be as it remembers it without reading it.
    /// </summary>
    public static void Witness(PartitionView view)
    {
        if (view.Sets(LicenseRows.License) && !view.Sets(LicenseRows.Usage))
            view.Set(LicenseRows.Usage, Touch(view.Find(LicenseRows.Usage)));
    }

    /// <summary>The values to write for a change of the license alone.</summary>
    public static RowValues Touch(RowValues? usage) => usage?.Copy() ?? new RowValues { ["schema"] = Schema };

    /// <summary>Adds one verification to the activation, to the license, and to what it shows as latest.</summary>
    public static CountedVerification Count(PartitionView view, License license, string identifierHash, long now)
    {
        var counted = new CountedVerification(
            license, now, OwnRow(view.Find(LicenseRows.ActivationUsage(identifierHash)), license)?.FindNumber(LastVerifiedAt),
            OwnRow(view.Find(LicenseRows.Usage), license)?.FindNumber(LastVerifiedAt));
        Add(view, license, identifierHash, 1, _ => now, _ => now);
        return counted;
    }

    /// <summary>Takes one back; the instant of the last one too, unless there was another since.</summary>
    public static void TakeBack(PartitionView view, CountedVerification counted, string identifierHash) =>
        Add(
            view, counted.License, identifierHash, -1,
            last => last == counted.At ? counted.LastBefore : last, last => last == counted.At ? counted.LastOfAllBefore : last);

    private static void Add(
        PartitionView view, License license, string identifierHash, int by, Func<long?, long?> last, Func<long?, long?> lastOfAll)
    {
        var key = LicenseRows.ActivationUsage(identifierHash);
        var activation = OwnRow(view.Find(key), license);
        if (activation is not null)
        {
            activation["verification_count"] = activation.GetNumber("verification_count") + by;
            activation[LastVerifiedAt] = last(activation.FindNumber(LastVerifiedAt));
            view.Set(key, activation);
        }

        var total = OwnRow(view.Find(LicenseRows.Usage), license) ?? Forget(view.Find(LicenseRows.Usage), license);
        total["verification_count"] = total.GetNumber("verification_count") + by;
        total[LastVerifiedAt] = lastOfAll(total.FindNumber(LastVerifiedAt));
        if (activation is not null && license.Latest?.IdentifierHash == identifierHash)
            Show(total, identifierHash, activation);
        view.Set(LicenseRows.Usage, total);
    }

    /// <summary>Makes the usage row show a new activation, which has not been verified yet, as the latest.</summary>
    public static void Begin(PartitionView view, License license, string identifierHash)
    {
        var activation = Unverified(license);
        view.Set(LicenseRows.ActivationUsage(identifierHash), activation);
        var total = OwnRow(view.Find(LicenseRows.Usage), license) ?? Forget(view.Find(LicenseRows.Usage), license);
        Show(total, identifierHash, activation);
        view.Set(LicenseRows.Usage, total);
    }

    /// <summary>The usage row of a new activation.</summary>
    internal static RowValues Unverified(License license) =>
        new() { ["schema"] = Schema, ["license_id"] = license.Id, ["verification_count"] = 0 };

    /// <summary>The usage row of a new license that has activations already.</summary>
    internal static RowValues Unused(License license, string latestHash)
    {
        var total = Forget(null, license);
        Show(total, latestHash, Unverified(license));
        return total;
    }

    /// <summary>True when the row belongs to this license and not to a deleted one that had the same key.</summary>
    public static bool IsOf(RowValues? row, License license) => row is not null && row.GetNumber("license_id") == license.Id;

    private static RowValues? OwnRow(RowValues? row, License license) => IsOf(row, license) ? row!.Copy() : null;

    /// <summary>Keeps the windows, so that deleting and creating again does not get round a limit; drops the totals.</summary>
    private static RowValues Forget(RowValues? row, License license)
    {
        var values = new RowValues { ["schema"] = Schema, ["license_id"] = license.Id };
        foreach (var (name, value) in row ?? RowValues.Empty)
        {
            if (value.Kind == RowValueKind.Binary)
                values[name] = value;
        }

        return values;
    }

    private static void Show(RowValues total, string identifierHash, RowValues activation)
    {
        total["latest_hash"] = identifierHash;
        total["latest_verification_count"] = activation["verification_count"];
        total["latest_last_verified_at"] = activation["last_verified_at"];
    }
}
