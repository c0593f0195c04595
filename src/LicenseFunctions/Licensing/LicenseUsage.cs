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

    /// <summary>The same for a change that goes through no lane: the usage row as it was just read, or none.</summary>
    public static RowChange WitnessOf(Row? usage) => usage is null
        ? RowChange.Insert(LicenseRows.Usage, Touch(null))
        : RowChange.Replace(LicenseRows.Usage, Touch(usage.Values), usage.ETag);

    /// <summary>The values to write for a change of the license alone.</summary>
    public static RowValues Touch(RowValues? usage) => usage?.Copy() ?? new RowValues { ["schema"] = Schema };

    /// <summary>Adds one verification to the activation, to the license, and to what it shows as latest.</summary>
    public static CountedVerification Count(PartitionView view, License license, LicenseRequest request, long now)
    {
        var activation = OwnRow(view.Find(request.UsageKey!), license);
        var total = Totals(view, license);
        var counted = new CountedVerification(license, now, activation?.FindNumber(LastVerifiedAt), total.FindNumber(LastVerifiedAt));
        if (activation is not null)
            Add(activation, 1, now);
        Add(total, 1, now);
        Stage(view, license, request, activation, total);
        return counted;
    }

    /// <summary>Takes one back; the instant of the last one too, unless there was another since.</summary>
    public static void TakeBack(PartitionView view, CountedVerification counted, LicenseRequest request)
    {
        var activation = OwnRow(view.Find(request.UsageKey!), counted.License);
        var total = Totals(view, counted.License);
        if (activation is not null)
            Add(activation, -1, LastWithout(activation, counted.At, counted.LastBefore));
        Add(total, -1, LastWithout(total, counted.At, counted.LastOfAllBefore));
        Stage(view, counted.License, request, activation, total);
    }

    private static void Add(RowValues row, int by, long? last)
    {
        row["verification_count"] = row.GetNumber("verification_count") + by;
        row[LastVerifiedAt] = last;
    }

    private static long? LastWithout(RowValues row, long at, long? before) =>
        row.FindNumber(LastVerifiedAt) is var last && last == at ? before : last;

    private static void Stage(PartitionView view, License license, LicenseRequest request, RowValues? activation, RowValues total)
    {
        if (activation is not null)
            view.Set(request.UsageKey!, activation);
        if (activation is not null && license.Latest?.IdentifierHash == request.IdentifierHash)
            Show(total, request.IdentifierHash!, activation);
        view.Set(LicenseRows.Usage, total);
    }

    /// <summary>Makes the usage row show a new activation, which has not been verified yet, as the latest.</summary>
    public static void Begin(PartitionView view, License license, string identifierHash)
    {
        var activation = Unverified(license);
        view.Set(LicenseRows.ActivationUsage(identifierHash), activation);
        var total = Totals(view, license);
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

    /// <summary>The usage row of the license, to be changed.</summary>
    private static RowValues Totals(PartitionView view, License license) =>
        view.Find(LicenseRows.Usage) is var row && IsOf(row, license) ? row!.Copy() : Forget(row, license);

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
