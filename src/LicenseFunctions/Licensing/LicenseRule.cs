namespace LicenseFunctions.Licensing;

/// <summary>How good a license must stand for what a request asks.</summary>
public enum LicenseRule
{
    /// <summary>Good in every way: verify, activate, downloads.</summary>
    MustBeGood,

    /// <summary>As above, but an expired license will do: deactivate, details.</summary>
    MayBeExpired,

    /// <summary>Assigned, whatever else: meta.</summary>
    MustBeAssigned,

    /// <summary>Known at all: assign, update, delete, status.</summary>
    MustExist,
}

public static class LicenseRules
{
    /// <summary>The standing as far as the rule cares: what it does not ask for counts as good.</summary>
    public static LicenseStanding StandingOf(this LicenseRule rule, License? license, Product? product, long now) =>
        (rule, LicenseStandings.Of(license, product, now)) switch
        {
            (_, LicenseStanding.Unknown) => LicenseStanding.Unknown,
            (LicenseRule.MustExist, _) => LicenseStanding.Good,
            (LicenseRule.MustBeAssigned, _) when !license!.IsAssigned => LicenseStanding.NotAssigned,
            (LicenseRule.MustBeAssigned, _) => LicenseStanding.Good,
            (LicenseRule.MayBeExpired, LicenseStanding.Expired) => LicenseStanding.Good,
            var (_, standing) => standing,
        };
}
