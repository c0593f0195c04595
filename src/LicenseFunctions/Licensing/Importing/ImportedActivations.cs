using LicenseFunctions.Storage;

namespace LicenseFunctions.Licensing.Importing;

/// <summary>
/// Activations as the rows of a license have them, newest first: the first of them is the latest one. A transaction takes
/// some of them, with the license and what else changes with it.
/// </summary>
internal static class ImportedActivations
{
    /// <summary>Activations in a transaction: three rows each, beside the license, its usage and an event.</summary>
    public const int AtOnce = (RowLimits.Changes - 3) / 3;

    /// <summary>Those of a license, each with its instant.</summary>
    public static IReadOnlyList<LatestActivation> Of(ImportedLicense imported, long otherwise) =>
    [
        .. imported.Activations
            .Select(each => new LatestActivation(LicenseRows.Hash(each.Identifier), each.Identifier, each.ActivatedAt ?? otherwise))
            .OrderBy(each => LicenseRows.RecentActivation(each.ActivatedAt, each.IdentifierHash), StringComparer.Ordinal),
    ];

    /// <summary>The rows of some activations, for a license that has its number.</summary>
    public static IEnumerable<RowChange> Rows(License license, IEnumerable<LatestActivation> activations)
    {
        foreach (var each in activations)
        {
            var row = new RowValues
            {
                ["schema"] = 1, ["license_id"] = license.Id, ["identifier"] = each.Identifier, ["activated_at"] = each.ActivatedAt,
            };
            // A license of the same key that was deleted may have left rows.
            yield return RowChange.Upsert(LicenseRows.Activation(each.IdentifierHash), row);
            yield return RowChange.Upsert(LicenseRows.RecentActivation(each.ActivatedAt, each.IdentifierHash), row);
            yield return RowChange.Upsert(LicenseRows.ActivationUsage(each.IdentifierHash), LicenseUsage.Unverified(license));
        }
    }

    /// <summary>The license with its first activations counted.</summary>
    public static License Begin(License draft, IReadOnlyList<LatestActivation> activations) => activations.Count == 0 ? draft : draft with
    {
        ActiveCount = Math.Min(activations.Count, AtOnce),
        Latest = activations[0],
    };
}
