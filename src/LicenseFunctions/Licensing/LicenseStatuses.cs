namespace LicenseFunctions.Licensing;

/// <summary>The names of statuses, as rows and wires have them.</summary>
public static class LicenseStatuses
{
    public static string ToWire(this LicenseStatus status) => status switch
    {
        LicenseStatus.Available => "available",
        LicenseStatus.Assigned => "assigned",
        LicenseStatus.Reserved => "reserved",
        LicenseStatus.Blocked => "blocked",
        LicenseStatus.Suspended => "suspended",
        LicenseStatus.Revoked => "revoked",
    };

    /// <summary>The status of that name; null when there is none. A number is no name.</summary>
    public static LicenseStatus? FromWire(string? name) => Enum.GetValues<LicenseStatus>()
        .Where(status => string.Equals(status.ToWire(), name, StringComparison.OrdinalIgnoreCase))
        .Cast<LicenseStatus?>().FirstOrDefault();
}
