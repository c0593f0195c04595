namespace LicenseFunctions.Storage;

/// <summary>The tables. A store has all of them from its start; the deployment declares the same list.</summary>
public static class TableNames
{
    public const string Licenses = "licenses";
    public const string Catalog = "catalog";
    public const string Listing = "listing";
    public const string ApiKeys = "apikeys";
    public const string Limits = "limits";
    public const string Access = "access";
    public const string Ids = "ids";
    public const string Idempotency = "idempotency";
    public const string Telemetry = "telemetry";
    public const string Audit = "audit";
    public const string Webhooks = "webhooks";

    public static IReadOnlyList<string> All { get; } =
        [Licenses, Catalog, Listing, ApiKeys, Limits, Access, Ids, Idempotency, Telemetry, Audit, Webhooks];
}
