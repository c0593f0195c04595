namespace LicenseFunctions.Limits;

/// <summary>The limits, in requests in any 60 seconds; 0 is off.</summary>
public sealed record RateLimits
{
    /// <summary>Per API key. One key ships inside every copy of a vendor's application.</summary>
    public int SignedPerMinute { get; init; } = 60_000;

    /// <summary>Per API key, calls with a nonce: each costs a signature of its own.</summary>
    public int NoncePerMinute { get; init; } = 6_000;

    /// <summary>Per license key in the signed API.</summary>
    public int LicensePerMinute { get; init; } = 120;

    /// <summary>Per license key, as all of the domain API's.</summary>
    public int DomainActivatePerMinute { get; init; } = 30;

    public int DomainVerifyPerMinute { get; init; } = 120;

    public int DomainDeactivatePerMinute { get; init; } = 30;

    public int DomainStatusPerMinute { get; init; } = 60;
}
