namespace LicenseFunctions.Licensing;

/// <summary>Whether a license can be used, and if not, why; each API has its own words for these.</summary>
public enum LicenseStanding
{
    /// <summary>Assigned, not expired where that matters, its product active.</summary>
    Good,

    /// <summary>No such license key.</summary>
    Unknown,

    /// <summary>Its product is inactive or gone.</summary>
    ProductInactive,

    /// <summary>Blocked by the vendor.</summary>
    Blocked,

    /// <summary>Suspended by the vendor.</summary>
    Suspended,

    /// <summary>Revoked by the vendor.</summary>
    Revoked,

    /// <summary>Available or reserved: sold to nobody yet.</summary>
    NotAssigned,

    /// <summary>Over its validity, and its product requires that it is not.</summary>
    Expired,
}

/// <summary>Decides the standing, in the order of the contract.</summary>
public static class LicenseStandings
{
    public static LicenseStanding Of(License? license, Product? product, long now) => license switch
    {
        null => LicenseStanding.Unknown,
        _ when product is not { IsActive: true } => LicenseStanding.ProductInactive,
        { Status: LicenseStatus.Blocked } => LicenseStanding.Blocked,
        { Status: LicenseStatus.Suspended } => LicenseStanding.Suspended,
        { Status: LicenseStatus.Revoked } => LicenseStanding.Revoked,
        { Status: LicenseStatus.Available or LicenseStatus.Reserved } => LicenseStanding.NotAssigned,
        _ when product.RequiresNonExpired && license.IsExpiredAt(now) => LicenseStanding.Expired,
        _ => LicenseStanding.Good,
    };
}
