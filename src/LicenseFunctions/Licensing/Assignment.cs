namespace LicenseFunctions.Licensing;

/// <summary>To whom an available license is given.</summary>
public sealed record Assignment(string? OwnerName, string? OwnerEmail)
{
    /// <summary>The call that assigns, where it must know its own again; see <see cref="License.Claim"/>.</summary>
    public string? Claim { get; init; }

    public License Apply(License license, long now) => license with
    {
        Status = LicenseStatus.Assigned,
        OwnerName = OwnerName ?? license.OwnerName,
        OwnerEmail = OwnerEmail ?? license.OwnerEmail,
        AssignedAt = now,
        Claim = Claim,
        UpdatedAt = now,
    };
}
