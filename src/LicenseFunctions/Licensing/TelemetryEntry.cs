using LicenseFunctions.Storage;

namespace LicenseFunctions.Licensing;

/// <summary>
/// One entry of telemetry as it was received, right or wrong, with what was found out about it then. Null stands for what
/// was not sent; what was not sent raises no flag.
/// </summary>
public sealed record TelemetryEntry
{
    public const int Schema = 1;

    public long Id { get; init; }

    public string? UserIdentifier { get; init; }

    public string? LicenseKey { get; init; }

    public string? ActivationIdentifier { get; init; }

    public long? ProductId { get; init; }

    public string? ProductVersion { get; init; }

    public string? DataType { get; init; }

    public string? DataGroup { get; init; }

    public string Data { get; init; } = "";

    public bool IsCorrectFormat { get; init; }

    public bool LicenseKeyExists { get; init; }

    public bool ProductExists { get; init; }

    public bool ProductVersionExists { get; init; }

    /// <summary>Kept, not derived, so that it stays true to where the entry was put even if the rule changes.</summary>
    public bool HasRedFlags { get; init; }

    /// <summary>Unix milliseconds.</summary>
    public long CreatedAt { get; init; }

    /// <summary>The same with its flag: wrong format, or something was named that there is not.</summary>
    public TelemetryEntry Flagged() => this with
    {
        HasRedFlags = !IsCorrectFormat
            || (LicenseKey is not null && !LicenseKeyExists)
            || (ProductId is not null && !ProductExists)
            || (ProductVersion is not null && !ProductVersionExists),
    };

    public static TelemetryEntry From(RowValues values) => new()
    {
        Id = values.GetNumber("id"),
        UserIdentifier = values.GetText("user_identifier"),
        LicenseKey = values.GetText("license_key"),
        ActivationIdentifier = values.GetText("activation_identifier"),
        ProductId = values.FindNumber("product_id"),
        ProductVersion = values.GetText("product_version"),
        DataType = values.GetText("data_type"),
        DataGroup = values.GetText("data_group"),
        Data = values.GetText("data") ?? "",
        IsCorrectFormat = values.GetBoolean("is_correct_format"),
        LicenseKeyExists = values.GetBoolean("license_key_exists"),
        ProductExists = values.GetBoolean("product_exists"),
        ProductVersionExists = values.GetBoolean("product_version_exists"),
        HasRedFlags = values.GetBoolean("has_red_flags"),
        CreatedAt = values.GetNumber("created_at"),
    };

    public RowValues ToValues() => new(16)
    {
        ["schema"] = Schema,
        ["id"] = Id,
        ["user_identifier"] = UserIdentifier,
        ["license_key"] = LicenseKey,
        ["activation_identifier"] = ActivationIdentifier,
        ["product_id"] = ProductId,
        ["product_version"] = ProductVersion,
        ["data_type"] = DataType,
        ["data_group"] = DataGroup,
        ["data"] = Data,
        ["is_correct_format"] = IsCorrectFormat,
        ["license_key_exists"] = LicenseKeyExists,
        ["product_exists"] = ProductExists,
        ["product_version_exists"] = ProductVersionExists,
        ["has_red_flags"] = HasRedFlags,
        ["created_at"] = CreatedAt,
    };
}
