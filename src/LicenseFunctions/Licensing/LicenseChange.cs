using LicenseFunctions.Licensing.Events;
using LicenseFunctions.Licensing.Listing;
using LicenseFunctions.Storage;

namespace LicenseFunctions.Licensing;

/// <summary>Changes a license's own row: assign, update, suspend.</summary>
/// <param name="request">The request.</param>
/// <param name="products">The products.</param>
/// <param name="time">The clock.</param>
/// <param name="change">The license as it shall be, given what it is and the instant; null when it cannot be changed so.</param>
public sealed class LicenseChange(
    LicenseRequest request, Products products, TimeProvider time, Func<License, long, License?> change)
    : LicenseWork(request, products, time)
{
    public bool IsChanged { get; private set; }

    protected override LicenseRule Rule => LicenseRule.MustExist;

    protected override void DecideBusiness(PartitionView view, License license)
    {
        var changed = change(license, Now);
        IsChanged = changed is not null;
        if (changed is null)
            return;
        LicenseOutbox.Stage(view, license, changed);
        Raise(view, changed, LicenseEvents.Between(license, changed));
    }
}
