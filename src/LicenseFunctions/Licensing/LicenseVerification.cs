using LicenseFunctions.Storage;

namespace LicenseFunctions.Licensing;

/// <summary>Verifies that an identifier is active on a license, and counts it when it is.</summary>
public sealed class LicenseVerification(LicenseRequest request, Products products, TimeProvider time)
    : LicenseWork(request, products, time)
{
    private License? _countedOn;
    private License? _staged;

    /// <summary>True when the identifier is active on a license in good standing.</summary>
    public bool IsActive { get; private set; }

    protected override LicenseRule Rule => LicenseRule.MustBeGood;

    protected override bool NeedsIdentifier => true;

    protected override bool CanBeTakenBack => true;

    protected override IReadOnlyList<string> IdentifierRows(string identifierHash) =>
        [LicenseRows.ActivationUsage(identifierHash)];

    public override void Committed()
    {
        base.Committed();
        _countedOn = _staged;
    }

    protected override void DecideBusiness(PartitionView view, License license)
    {
        var hash = Request.IdentifierHash!;
        IsActive = LicenseUsage.IsOf(view.Find(LicenseRows.ActivationUsage(hash)), license);
        _staged = IsActive ? license : null;
        if (IsActive && _countedOn is null)
            LicenseUsage.Count(view, license, hash, Now, by: 1);
        else if (!IsActive)
            TakeBack(view);
    }

    protected override void DecideNothing(PartitionView view)
    {
        IsActive = false;
        _staged = null;
        TakeBack(view);
    }

    private void TakeBack(PartitionView view)
    {
        if (_countedOn is { } counted && License?.Id == counted.Id)
            LicenseUsage.Count(view, counted, Request.IdentifierHash!, Now, by: -1);
    }
}
