namespace LicenseFunctions.Licensing;

/// <summary>To whom an available license is given.</summary>
public sealed record Assignment(string? OwnerName, string? OwnerEmail)
{
    public License Apply(License license, long now) => license with
    {
        Status = LicenseStatus.Assigned,
        OwnerName = OwnerName ?? license.OwnerName,
        OwnerEmail = OwnerEmail ?? license.OwnerEmail,
        AssignedAt = now,
        UpdatedAt = now,
    };
}
