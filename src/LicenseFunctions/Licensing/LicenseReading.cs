using LicenseFunctions.Storage;

namespace LicenseFunctions.Licensing;

/// <summary>What a license has been used for, as its usage row has it. Instants are Unix milliseconds.</summary>
public sealed record VerificationTotals(long Count, long? LastAt)
{
    public static VerificationTotals None { get; } = new(0, null);
}

/// <summary>Reads a license, and whether an identifier is active on it. Changes nothing but the window.</summary>
public sealed class LicenseReading(
    LicenseRequest request, Products products, TimeProvider time, LicenseRule rule, bool needsIdentifier = false)
    : LicenseWork(request, products, time)
{
    /// <summary>True when an identifier was sent and is active.</summary>
    public bool IsActive { get; private set; }

    /// <summary>The verifications of all identifiers.</summary>
    public VerificationTotals Totals { get; private set; } = VerificationTotals.None;

    /// <summary>The verifications of the latest activation; null when they stand in its own row only.</summary>
    public VerificationTotals? LatestTotals { get; private set; }

    protected override LicenseRule Rule => rule;

    protected override bool NeedsIdentifier => needsIdentifier;

    protected override bool CanBeTakenBack => true;

    protected override string[] IdentifierRows(string identifierHash) =>
        [LicenseRows.ActivationUsage(identifierHash)];

    protected override void DecideBusiness(PartitionView view, License license)
    {
        IsActive = Request.IdentifierHash is { } hash
            && LicenseUsage.IsOf(view.Find(LicenseRows.ActivationUsage(hash)), license);
        var usage = view.Find(LicenseRows.Usage);
        if (!LicenseUsage.IsOf(usage, license))
            return;
        Totals = new(usage!.GetNumber("verification_count"), usage.FindNumber("last_verified_at"));
        if (usage.GetText("latest_hash") == license.Latest?.IdentifierHash)
            LatestTotals = new(usage.GetNumber("latest_verification_count"), usage.FindNumber("latest_last_verified_at"));
    }
}
