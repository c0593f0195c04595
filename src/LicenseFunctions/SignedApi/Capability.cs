namespace LicenseFunctions.SignedApi;

/// <summary>What an API key may be used for: one capability per endpoint, named after its path below <c>/api/v1/</c>.</summary>
public static class Capability
{
    public const string Activate = "activate";
    public const string AssignAndActivateLicenseKey = "assign-and-activate-license-key";
    public const string AssignLicenseKey = "assign-license-key";
    public const string CreateLicenseKeys = "create-license-keys";
    public const string CreateProduct = "create-product";
    public const string Deactivate = "deactivate";
    public const string DeleteLicenseKey = "delete-license-key";
    public const string DeleteProduct = "delete-product";
    public const string GetAllProducts = "get-all-products";
    public const string GetAvailableLicenseKeysCount = "get-available-license-keys-count";
    public const string GetLicenseKeyDetails = "get-license-key-details";
    public const string GetLicenseKeys = "get-license-keys";
    public const string UpdateLicenseKey = "update-license-key";
    public const string UpdateProduct = "update-product";
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
    public static IReadOnlyList<string> All { get; } =
    [
        Activate, AssignAndActivateLicenseKey, AssignLicenseKey, CreateLicenseKeys, CreateProduct, Deactivate,
        DeleteLicenseKey, DeleteProduct, GetAllProducts, GetAvailableLicenseKeysCount, GetLicenseKeyDetails, GetLicenseKeys,
        UpdateLicenseKey, UpdateProduct, Verify,
        ContractsDestroy, ContractsDestroyAll, ContractsGenerate, ContractsGetInfo, CreateContract, DeleteContract, Generate,
        GetAllContracts, GetAllGenerators, RandomAssignLicenseKeys, RandomAssignLicenseKeysQueued, UpdateContract,
    ];
}
