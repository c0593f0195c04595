using LicenseFunctions.Storage;

namespace LicenseFunctions.Licensing;

/// <summary>Verifies that an identifier is active on a license, and counts it when it is.</summary>
public sealed class LicenseVerification(LicenseRequest request, Products products, TimeProvider time)
    : LicenseWork(request, products, time)
{
    private CountedVerification? _counted;
    private CountedVerification? _staged;

    /// <summary>True when the identifier is active on a license in good standing.</summary>
    public bool IsActive { get; private set; }

    protected override LicenseRule Rule => LicenseRule.MustBeGood;

    protected override bool NeedsIdentifier => true;

    protected override bool CanBeTakenBack => true;

    protected override string[] IdentifierRows(string identifierHash) => [Request.UsageKey!];

    public override void Committed()
    {
        base.Committed();
        _counted = _staged;
    }

    protected override void DecideBusiness(PartitionView view, License license)
    {
        IsActive = LicenseUsage.IsOf(view.Find(Request.UsageKey!), license);
        if (!IsActive)
            TakeBack(view);
        else
            _staged = _counted?.License.Id == license.Id ? _counted : LicenseUsage.Count(view, license, Request, Now);
    }

    protected override void DecideNothing(PartitionView view)
    {
        IsActive = false;
        TakeBack(view);
    }

    private void TakeBack(PartitionView view)
    {
        _staged = null;
        if (_counted is { } counted && License?.Id == counted.License.Id)
            LicenseUsage.TakeBack(view, counted, Request);
    }
}
