namespace LicenseFunctions.Limits;

/// <summary>Whose limit refused a request.</summary>
public enum LimitKind
{
    None,

    /// <summary>The license key's.</summary>
    License,

    /// <summary>The API key's.</summary>
    ApiKey,

    /// <summary>The client address's, in memory.</summary>
    Address,
}
