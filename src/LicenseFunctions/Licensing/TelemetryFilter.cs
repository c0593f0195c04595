namespace LicenseFunctions.Licensing;

/// <summary>Which entries of telemetry are wanted; null for any.</summary>
public sealed record TelemetryFilter
{
    public string? DataType { get; init; }

    public string? DataGroup { get; init; }

    public long? ProductId { get; init; }

    public string? UserIdentifier { get; init; }

    public string? LicenseKey { get; init; }

    public bool? HasRedFlags { get; init; }

    public bool Matches(TelemetryEntry entry) =>
        (DataType is null || DataType == entry.DataType)
        && (DataGroup is null || DataGroup == entry.DataGroup)
        && (ProductId is null || ProductId == entry.ProductId)
        && (UserIdentifier is null || UserIdentifier == entry.UserIdentifier)
        && (LicenseKey is null || LicenseKey == entry.LicenseKey)
        && (HasRedFlags is null || HasRedFlags == entry.HasRedFlags);
}
