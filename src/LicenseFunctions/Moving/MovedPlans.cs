using System.Text.Json;
using LicenseFunctions.KeyRotation;
using LicenseFunctions.Signing;
using LicenseFunctions.Storage;

namespace LicenseFunctions.Moving;

/// <summary>
/// Plans of signing keys, the rows that no file takes back: what file and store say of a name becomes one plan. Whatever
/// either has switched away from or retired stays so, or a restore would have a leaked key sign again.
/// </summary>
internal static class MovedPlans
{
    public static bool IsOne(string table, string partition) => table == TableNames.Catalog && partition == KeyPlans.Partition;

    /// <summary>The plan of a line.</summary>
    /// <exception cref="MoveRefusedException">It is none.</exception>
    public static KeyPlan Read(MovedRow row)
    {
        try
        {
            return KeyPlans.From(row.Insertion.Key, row.Insertion.Values);
        }
        catch (Exception e) when (e is JsonException or ArgumentNullException)
        {
            throw new MoveRefusedException($"Line {row.Line} of the file is wrong: it is not the plan of a signing key.", e);
        }
    }

    /// <summary>What becomes of a name's plan.</summary>
    public static KeyPlan Join(MovedRow? row, Row? stored, long now) => (row, stored) switch
    {
        (null, not null) => KeyPlans.From(stored),
        (not null, null) => Read(row),
        (not null, not null) => KeyPlans.From(stored).Join(Read(row), now),
        _ => throw new ArgumentNullException(nameof(row)),
    };

    /// <summary>A line of the file that says it; the row of the store as it is when that says so already.</summary>
    public static MovedRow LineOf(MovedRow row, Row? stored, KeyPlan plan)
    {
        if (stored is null)
            return row;
        var isTold = KeyPlans.From(stored).Versions.SequenceEqual(plan.Versions);
        return row with { Insertion = RowChange.Insert(row.Insertion.Key, isTold ? stored.Values : KeyPlans.ValuesOf(plan)) };
    }
}
