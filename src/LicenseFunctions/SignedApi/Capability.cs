namespace LicenseFunctions.SignedApi;

/// <summary>What an API key may be used for: one capability per endpoint, named after its path below <c>/api/v1/</c>, without what stands in braces there.</summary>
public static class Capability
{
    public const string AccessDownloadables = "access-downloadables";
    public const string Activate = "activate";
    public const string AssignAndActivateLicenseKey = "assign-and-activate-license-key";
    public const string AssignLicenseKey = "assign-license-key";
    public const string CreateLicenseKeys = "create-license-keys";
    public const string CreateLicenseKeyMeta = "create-license-key-meta";
    public const string CreateProduct = "create-product";
    public const string CreateProductMeta = "create-product-meta";
    public const string Deactivate = "deactivate";
    public const string DeleteLicenseKey = "delete-license-key";
    public const string DeleteLicenseKeyMeta = "delete-license-key-meta";
    public const string DeleteProduct = "delete-product";
    public const string DeleteProductMeta = "delete-product-meta";
    public const string Download = "download";
    public const string GetAllProducts = "get-all-products";
    public const string GetAvailableLicenseKeysCount = "get-available-license-keys-count";
    public const string GetLicenseKeyDetails = "get-license-key-details";
    public const string GetLicenseKeys = "get-license-keys";
    public const string GetLicenseFile = "get-license-file";
    public const string GetLicenseFeature = "licenses/features";
    public const string GetProduct = "get-product";
    public const string GetProductChangelog = "get-product-changelog";
    public const string GetProductMeta = "get-product-meta";
    public const string GetProductPublicKey = "get-product-public-key";
    public const string GetTelemetry = "get-telemetry";
    public const string GetTelemetryData = "get-telemetry-data";
    public const string SendTelemetry = "send-telemetry";
    public const string SendTelemetryData = "send-telemetry-data";
    public const string UpdateLicenseKey = "update-license-key";
    public const string UpdateLicenseKeyMeta = "update-license-key-meta";
    public const string UpdateProduct = "update-product";
    public const string UpdateProductMeta = "update-product-meta";
    public const string Verify = "verify";

    public const string ContractsDestroy = "contracts/destroy";
    public const string ContractsDestroyAll = "contracts/destroy-all";
    public const string ContractsGenerate = "contracts/generate";
    public const string ContractsGetInfo = "contracts/get-info";
    public const string CreateContract = "create-contract";
    public const string DeleteContract = "delete-contract";
    public const string Generate = "generate";
    public const string GetAllContracts = "get-all-contracts";
    public const string GetAllGenerators = "get-all-generators";
    public const string RandomAssignLicenseKeys = "random-assign-license-keys";
    public const string RandomAssignLicenseKeysQueued = "random-assign-license-keys-queued";
    public const string UpdateContract = "update-contract";

    /// <summary>Every capability, in order: what <c>licensectl api-key create --capability</c> accepts.</summary>
    public static IReadOnlyList<string> All { get; } = Ordered(
    [
        AccessDownloadables,
        Activate, AssignAndActivateLicenseKey, AssignLicenseKey, CreateLicenseKeys, CreateProduct, Deactivate,
        DeleteLicenseKey, DeleteProduct, GetAllProducts, GetAvailableLicenseKeysCount, GetLicenseKeyDetails, GetLicenseKeys,
        UpdateLicenseKey, UpdateProduct, Verify,
        Download, GetTelemetry, GetTelemetryData, SendTelemetry, SendTelemetryData,
        CreateLicenseKeyMeta, CreateProductMeta, DeleteLicenseKeyMeta, DeleteProductMeta, GetLicenseFile, GetLicenseFeature,
        GetProduct, GetProductChangelog, GetProductMeta, GetProductPublicKey, UpdateLicenseKeyMeta, UpdateProductMeta,
        ContractsDestroy, ContractsDestroyAll, ContractsGenerate, ContractsGetInfo, CreateContract, DeleteContract, Generate,
        GetAllContracts, GetAllGenerators, RandomAssignLicenseKeys, RandomAssignLicenseKeysQueued, UpdateContract,
    ]);

    private static string[] Ordered(string[] names) => [.. names.Order(StringComparer.Ordinal)];
}
