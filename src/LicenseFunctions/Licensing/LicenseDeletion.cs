using LicenseFunctions.Licensing.Events;
using LicenseFunctions.Licensing.Listing;
using LicenseFunctions.Storage;

namespace LicenseFunctions.Licensing;

/// <summary>
/// Deletes a license's own row; from then on the key is unknown. What else stands in its partition is removed after it
/// (<see cref="Leftovers"/>) and means nothing meanwhile, since it names the number of the deleted license.
/// </summary>
public sealed class LicenseDeletion(LicenseRequest request, Products products, TimeProvider time)
    : LicenseWork(request, products, time)
{
    protected override LicenseRule Rule => LicenseRule.MustExist;

    protected override void DecideBusiness(PartitionView view, License license)
    {
        LicenseOutbox.Stage(view, license, null);
        Raise(view, license, LicenseEvents.Between(license, null));
    }
}
