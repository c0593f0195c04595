namespace LicenseFunctions.Licensing;

/// <summary>What a vendor may do with a license that is sold: from which statuses to which.</summary>
public sealed record StatusChange(LicenseStatus To, IReadOnlyList<LicenseStatus> From)
{
    public static StatusChange Suspend { get; } = new(LicenseStatus.Suspended, Sold);

    public static StatusChange Revoke { get; } = new(LicenseStatus.Revoked, Sold);

    public static StatusChange Reinstate { get; } = new(LicenseStatus.Assigned, [.. Sold, LicenseStatus.Blocked]);

    private static LicenseStatus[] Sold => [LicenseStatus.Assigned, LicenseStatus.Suspended, LicenseStatus.Revoked];

    public bool Allows(License license) => From.Contains(license.Status);

    /// <summary>The license as it shall be; null when its status forbids that, or is the wanted one already.</summary>
    public License? Apply(License license, long now) => !Allows(license) || license.Status == To ? null : license with
    {
        Status = To,
        // One that was blocked before it was sold is sold now: its validity needs a beginning.
        AssignedAt = license.AssignedAt ?? now,
        UpdatedAt = now,
    };
}
