using LicenseFunctions.Limits;
using LicenseFunctions.Storage;

namespace LicenseFunctions.Licensing;

/// <summary>A rolling window of a license: the property that holds it, and its limit in 60 seconds (0 is off).</summary>
public sealed record WindowRule(string Property, int Limit);

/// <summary>Reads and writes a license's usage row: its windows and its verification totals.</summary>
public static class LicenseUsage
{
    public const int Schema = 1;

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

    /// <summary>Adds one verification (or takes one back) to the activation, to the license, and to what it shows as latest.</summary>
    public static void Count(PartitionView view, License license, string identifierHash, long now, int by)
    {
        var key = LicenseRows.ActivationUsage(identifierHash);
        var activation = OwnRow(view.Find(key), license);
        if (activation is not null)
        {
            activation["verification_count"] = activation.GetNumber("verification_count") + by;
            activation["last_verified_at"] = now;
            view.Set(key, activation);
        }

        var total = OwnRow(view.Find(LicenseRows.Usage), license) ?? Forget(view.Find(LicenseRows.Usage), license);
        total["verification_count"] = total.GetNumber("verification_count") + by;
        total["last_verified_at"] = now;
        if (activation is not null && license.Latest?.IdentifierHash == identifierHash)
            Show(total, identifierHash, activation);
        view.Set(LicenseRows.Usage, total);
    }

    /// <summary>Makes the usage row show a new activation, which has not been verified yet, as the latest.</summary>
    public static void Begin(PartitionView view, License license, string identifierHash)
    {
        var activation = new RowValues { ["schema"] = Schema, ["license_id"] = license.Id, ["verification_count"] = 0 };
        view.Set(LicenseRows.ActivationUsage(identifierHash), activation);
        var total = OwnRow(view.Find(LicenseRows.Usage), license) ?? Forget(view.Find(LicenseRows.Usage), license);
        Show(total, identifierHash, activation);
        view.Set(LicenseRows.Usage, total);
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
