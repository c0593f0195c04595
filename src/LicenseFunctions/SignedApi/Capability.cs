namespace LicenseFunctions.SignedApi;

/// <summary>What an API key may be used for: one capability per endpoint, named after its path below <c>/api/v1/</c>.</summary>
public static class Capability
{
    public const string AccessDownloadables = "access-downloadables";
    public const string Activate = "activate";
    public const string AssignAndActivateLicenseKey = "assign-and-activate-license-key";
    public const string AssignLicenseKey = "assign-license-key";
    public const string CreateLicenseKeys = "create-license-keys";
    public const string CreateProduct = "create-product";
    public const string Deactivate = "deactivate";
    public const string DeleteLicenseKey = "delete-license-key";
    public const string DeleteProduct = "delete-product";
    public const string Download = "download";
    public const string GetAllProducts = "get-all-products";
    public const string GetLicenseKeyDetails = "get-license-key-details";
    public const string GetTelemetry = "get-telemetry";
    public const string GetTelemetryData = "get-telemetry-data";
    public const string SendTelemetry = "send-telemetry";
    public const string SendTelemetryData = "send-telemetry-data";
    public const string UpdateLicenseKey = "update-license-key";
    public const string UpdateProduct = "update-product";
    public const string Verify = "verify";

    /// <summary>Every capability, in order: what <c>licensectl api-key create --capability</c> accepts.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        AccessDownloadables,
        Activate, AssignAndActivateLicenseKey, AssignLicenseKey, CreateLicenseKeys, CreateProduct, Deactivate,
        DeleteLicenseKey, DeleteProduct, Download, GetAllProducts, GetLicenseKeyDetails,
        GetTelemetry, GetTelemetryData, SendTelemetry, SendTelemetryData,
        UpdateLicenseKey, UpdateProduct, Verify,
    ];
}
