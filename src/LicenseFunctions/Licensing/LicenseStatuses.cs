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
}
