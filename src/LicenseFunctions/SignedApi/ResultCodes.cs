using System.Collections.Frozen;

namespace LicenseFunctions.SignedApi;

/// <summary>One result of the signed API. The message is part of the wire, odd ones too.</summary>
/// <param name="Code">The number; one answer writes it as a text, see <see cref="IsTextCode"/>.</param>
/// <param name="Message">To the letter.</param>
/// <param name="HttpStatus">200 for every logical result.</param>
public sealed record ResultCode(int Code, string Message, int HttpStatus = StatusCodes.Status200OK)
{
    /// <summary>True where existing clients expect the code as a text.</summary>
    public bool IsTextCode { get; init; }

    /// <summary>True when what was asked for was not done or not granted; such an answer leaves a log line.</summary>
    public bool IsRefusal => HttpStatus != StatusCodes.Status200OK || !ResultCodes.Successes.Contains(Code);
}

/// <summary>The one table of the signed API's codes, messages and HTTP statuses.</summary>
public static class ResultCodes
{
    public static readonly ResultCode InvalidApiKey = new(100, "Invalid API Key", StatusCodes.Status401Unauthorized);
    public static readonly ResultCode InactiveApiKey = new(101, "Inactive API Key", StatusCodes.Status401Unauthorized);
    public static readonly ResultCode MissingCapability = new(102, "The used API key doesn't have the required capability to access this endpoint", StatusCodes.Status401Unauthorized);
    public static readonly ResultCode WrongIpAddress = new(103, "API key can't be used from this IP address", StatusCodes.Status401Unauthorized);
    public static readonly ResultCode AccessDenied = new(150, "Access denied", StatusCodes.Status403Forbidden);
    public static readonly ResultCode ValidLicenseKey = new(200, "Valid license key");
    public static readonly ResultCode NotAssigned = new(201, "This license key is not assigned");
    public static readonly ResultCode NoActivation = new(202, "No activation found for this license key/identifier combination");
    public static readonly ResultCode ProductInactive = new(203, "The product associated with this license key is not active or doesn't exist");
    public static readonly ResultCode LicenseKeyBlocked = new(204, "License key blocked");
    public static readonly ResultCode LicenseKeyExpired = new(205, "License key expired");
    public static readonly ResultCode EnvatoPurchaseCodeAdded = new(206, "Envato purchase code added");
    public static readonly ResultCode InvalidLicenseKey = new(210, "Invalid license key");
    public static readonly ResultCode IdentifierRequired = new(215, "Identifier is required");
    public static readonly ResultCode DeleteMetaKeyRequired = new(250, "Meta key is required");
    public static readonly ResultCode DeleteMetaKeyUnknown = new(251, "Meta key doesn't exist");
    public static readonly ResultCode MetadataDeleted = new(252, "Metadata deleted");
    public static readonly ResultCode CreateProductMetaKeyRequired = new(270, "Meta key is required");
    public static readonly ResultCode CreateProductMetaValueRequired = new(271, "Meta value is required");
    public static readonly ResultCode CreateProductMetaKeyExists = new(272, "Meta key already exists");
    public static readonly ResultCode ProductMetaCreated = new(273, "Product meta created");
    public static readonly ResultCode CreateProductMetaProductUnknown = new(274, "Product not found");
    public static readonly ResultCode LicenseKeyActivated = new(300, "License key activated");
    public static readonly ResultCode LicenseKeyAlreadyActive = new(301, "License key already active");
    public static readonly ResultCode ActivationLimitReached = new(302, "License key reached activation limit");
    public static readonly ResultCode UpdateMetaKeyRequired = new(350, "Meta key is required");
    public static readonly ResultCode UpdateMetaValueRequired = new(351, "Meta value is required");
    public static readonly ResultCode UpdateMetaKeyUnknown = new(352, "Meta key doesn't exist");
    public static readonly ResultCode MetadataUpdated = new(353, "Metadata updated");
    public static readonly ResultCode UpdateProductMetaKeyRequired = new(370, "Meta key is required");
    public static readonly ResultCode UpdateProductMetaValueRequired = new(371, "Meta value is required");
    public static readonly ResultCode UpdateProductMetaKeyUnknown = new(372, "Meta key doesn't exists");
    public static readonly ResultCode ProductMetaUpdated = new(373, "Product meta updated");
    public static readonly ResultCode UpdateProductMetaProductUnknown = new(374, "Product not found");
    public static readonly ResultCode LicenseKeyDeactivated = new(400, "License key deactivated") { IsTextCode = true };
    public static readonly ResultCode LicenseKeyAlreadyInactive = new(401, "License key already inactive");
    public static readonly ResultCode CreateMetaKeyRequired = new(450, "Meta key is required");
    public static readonly ResultCode CreateMetaValueRequired = new(451, "Meta value is required");
    public static readonly ResultCode CreateMetaKeyExists = new(452, "Meta key already exists");
    public static readonly ResultCode MetadataCreated = new(453, "Metadata created");
    public static readonly ResultCode DeleteProductMetaKeyRequired = new(480, "Meta key is required");
    public static readonly ResultCode DeleteProductMetaKeyUnknown = new(481, "Meta key doesn't exist");
    public static readonly ResultCode ProductMetaDeleted = new(482, "Product meta deleted");
    public static readonly ResultCode DeleteProductMetaProductUnknown = new(483, "Product not found");
    public static readonly ResultCode ActiveLicenseKeyFound = new(500, "Active license key found");
    public static readonly ResultCode ProductDeleted = new(550, "Product deleted");
    public static readonly ResultCode DeleteProductUnknown = new(551, "Product not found");
    public static readonly ResultCode Downloads = new(600, "Downloads");
    public static readonly ResultCode ProductRetrieved = new(631, "Product information retrieved successfully");
    public static readonly ResultCode PublicKeyRetrieved = new(632, "Public key retrieved successfully");
    public static readonly ResultCode PublicKeyNotAvailable = new(633, "Public key not available for product");
    public static readonly ResultCode ProductUpdated = new(650, "Product updated");
    public static readonly ResultCode UpdateProductIncorrect = new(651, "Incorrect data found");
    public static readonly ResultCode FileUnknown = new(700, "The request file doesn't exist");
    public static readonly ResultCode FileForbidden = new(701, "You don't have permission to access it");
    public static readonly ResultCode LicenseKeys = new(730, "License keys");
    public static readonly ResultCode CountProductUnknown = new(740, "Product doesn't exist");
    public static readonly ResultCode AvailableLicenseKeysCount = new(741, "Available license keys count");
    public static readonly ResultCode ProductCreated = new(750, "Product created");
    public static readonly ResultCode CreateProductIncorrect = new(751, "Incorrect data found");
    public static readonly ResultCode LicenseKeyAssigned = new(800, "License key assigned");
    public static readonly ResultCode LicenseKeyNotAssignable = new(801, "Invalid or already assigned license key");
    public static readonly ResultCode InsufficientLicenseKeys = new(802, "Insufficient license keys");
    public static readonly ResultCode LicenseKeysAssigned = new(803, "License keys assigned");
    public static readonly ResultCode RandomAssignProductUnknown = new(805, "Product not found");
    public static readonly ResultCode GeneratorUnknown = new(806, "Generator not found");
    public static readonly ResultCode RequestQueued = new(807, "Request Queued");
    public static readonly ResultCode AllProducts = new(810, "All products");
    public static readonly ResultCode GeneratedLicenseKeys = new(815, "Generated license keys");
    public static readonly ResultCode AllGenerators = new(820, "All generators");
    public static readonly ResultCode ContractIncorrect = new(825, "Incorrect data found");
    public static readonly ResultCode TelemetrySaved = new(830, "Correct format data saved");
    public static readonly ResultCode TelemetryIncorrectSaved = new(831, "Incorrect format data saved");
    public static readonly ResultCode ContractCreated = new(841, "contract created");
    public static readonly ResultCode ContractUpdated = new(842, "contract updated");
    public static readonly ResultCode ContractDeleted = new(843, "contract deleted");
    public static readonly ResultCode ContractUnknown = new(844, "Contract not found");
    public static readonly ResultCode AllContracts = new(846, "All contracts");
    public static readonly ResultCode LicenseKeyDeleted = new(850, "License key deleted");
    public static readonly ResultCode DeleteLicenseKeyUnknown = new(851, "License key not found");
    public static readonly ResultCode LicenseKeysCreationResult = new(900, "License keys creation result");
    public static readonly ResultCode CreateLicenseKeysIncorrect = new(901, "Incorrect data found");
    public static readonly ResultCode NoLicenseKeysCreated = new(902, "No license keys created");
    public static readonly ResultCode LicenseKeysUpdated = new(950, "License keys updated");
    public static readonly ResultCode UpdateLicenseKeyIncorrect = new(951, "Incorrect data found");
    public static readonly ResultCode UpdateLicenseKeyUnknown = new(952, "License key not found");
    public static readonly ResultCode TelemetryDataFound = new(970, "Telemetry data found");
    public static readonly ResultCode LegacyContractUnknown = new(1200, "Contract not found");
    public static readonly ResultCode LegacyProductUnknown = new(1202, "Product not found");
    public static readonly ResultCode LegacyGeneratorUnknown = new(1203, "Generator not found");
    public static readonly ResultCode ContractFound = new(1204, "Contract found");
    public static readonly ResultCode ContractLimitReached = new(1205, "License keys limit reached");
    public static readonly ResultCode ContractQuantityTooLarge = new(1206, "Cannot generate this quantity");
    public static readonly ResultCode ContractLicenseKeysGenerated = new(1300, "Contract license keys generated");
    public static readonly ResultCode ContractLicenseKeyDeleted = new(1400, "License key deleted");
    public static readonly ResultCode ContractLicenseKeyUnknown = new(1401, "License key not found");
    public static readonly ResultCode ContractLicenseKeysDeleted = new(1500, "License keys deleted");
    public static readonly ResultCode NoContractLicenseKeys = new(1501, "No license keys found");
    public static readonly ResultCode ChangelogRetrieved = new(1600, "Changelog retrieved successfully");
    public static readonly ResultCode ChangelogDisabled = new(1601, "Changelog feature is disabled globally");
    public static readonly ResultCode ChangelogNotEnabled = new(1602, "Changelog not enabled for this product");

    internal static readonly FrozenSet<int> Successes = FrozenSet.Create(
        200, 206, 252, 273, 300, 301, 353, 373, 400, 401, 453, 482, 500, 550, 600, 631, 632, 650, 730, 741, 750, 800, 803, 807,
        810, 815, 820, 830, 831, 841, 842, 843, 846, 850, 900, 950, 970, 1204, 1300, 1400, 1500, 1600);

    /// <summary>Messages that belong to an endpoint or a status, beside the table.</summary>
    public static readonly ResultCode TooManyRequests = new(150, "Too many requests", StatusCodes.Status429TooManyRequests);
    public static readonly ResultCode TelemetryRetrieved = new(900, "Telemetry data retrieved");
    public static readonly ResultCode NoTelemetryFound = new(902, "No telemetry data found");
}
