using LicenseFunctions.Limits;

namespace LicenseFunctions.Observability;

/// <summary>The names of attributes. Their values are few: names that stand in this code.</summary>
internal static class Tags
{
    public const string Api = "licensing.api";
    public const string Endpoint = "licensing.endpoint";
    public const string Result = "licensing.result";
    public const string LimitKind = "licensing.limit.kind";
    public const string Source = "licensing.signature.source";
    public const string Outbox = "licensing.outbox";
    public const string Outcome = "licensing.webhook.outcome";

    // OpenTelemetry's own.
    public const string DbSystem = "db.system.name";
    public const string DbCollection = "db.collection.name";
    public const string DbOperation = "db.operation.name";
    public const string ErrorType = "error.type";

    public static string Of(LimitKind kind) => kind switch
    {
        Limits.LimitKind.None => "none",
        Limits.LimitKind.License => "license",
        Limits.LimitKind.ApiKey => "api_key",
        Limits.LimitKind.Address => "address",
    };
}
