using LicenseFunctions.Storage;

namespace LicenseFunctions.Licensing.Listing;

/// <summary>
/// A license as the lists have it: a copy of its row at one revision. A later revision wins over an earlier one in whatever
/// order they arrive; a removal stays as a tombstone, so that a late earlier one does not bring it back.
/// </summary>
/// <param name="License">The license at that revision.</param>
/// <param name="IsRemoved">True when the license is in this list no more.</param>
public sealed record ListedLicense(License License, bool IsRemoved)
{
    public static ListedLicense From(RowValues values) => new(License.From(values), values.GetBoolean("removed"));

    public RowValues ToValues()
    {
        // Nobody reads the owner of a tombstone, and who is deleted shall not stay in one.
        var values = (IsRemoved ? License with { OwnerName = null, OwnerEmail = null } : License).ToValues();
        if (IsRemoved)
            values["removed"] = true;
        return values;
    }
}
