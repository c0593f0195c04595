using LicenseFunctions.Licensing;

namespace LicenseFunctions.SignedApi;

/// <summary>Reads the license that a call describes for one to be made.</summary>
public static class LicenseDraft
{
    /// <summary>The license with the fields that were sent.</summary>
    /// <param name="fields">The fields.</param>
    /// <param name="errors">Takes what is wrong with them.</param>
    /// <param name="license">What it is where nothing was sent.</param>
    /// <param name="now">The instant: a license made as assigned is assigned now, if no other time was sent.</param>
    public static License Read(SignedFields fields, FieldErrors errors, License license, DateTimeOffset now)
    {
        var read = new LicenseFields(fields, errors);
        var status = read.Status() ?? LicenseStatus.Available;
        return license with
        {
            Status = status,
            OwnerName = read.OwnerName(),
            OwnerEmail = read.OwnerEmail(),
            ActivationLimit = read.ActivationLimit() ?? license.ActivationLimit,
            ValidityDays = read.ValidityDays() ?? license.ValidityDays,
            AssignedAt = read.AssignedAt() ?? (status == LicenseStatus.Assigned ? now.ToUnixTimeMilliseconds() : null),
        };
    }
}
