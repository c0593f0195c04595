namespace LicenseFunctions.Licensing.Events;

/// <summary>The events that a vendor can be told of.</summary>
public static class EventNames
{
    public const string LicenseCreated = "license.created";
    public const string LicenseUpdated = "license.updated";
    public const string LicenseDeleted = "license.deleted";
    public const string LicenseAssigned = "license.assigned";
    public const string LicenseActivated = "license.activated";
    public const string LicenseDeactivated = "license.deactivated";
    public const string LicenseSuspended = "license.suspended";
    public const string LicenseExpired = "license.expired";
    public const string LicenseRevoked = "license.revoked";
    public const string ActivationCreated = "activation.created";
    public const string ActivationDeleted = "activation.deleted";
    public const string ActivationFailed = "activation.failed";
    public const string ProductCreated = "product.created";
    public const string ProductUpdated = "product.updated";
    public const string ProductDeleted = "product.deleted";
    public const string ContractCreated = "contract.created";
    public const string ContractUpdated = "contract.updated";
    public const string ContractDeleted = "contract.deleted";

    public static IReadOnlyList<string> All { get; } =
    [
        LicenseCreated, LicenseUpdated, LicenseDeleted, LicenseAssigned, LicenseActivated, LicenseDeactivated,
        LicenseSuspended, LicenseExpired, LicenseRevoked, ActivationCreated, ActivationDeleted, ActivationFailed,
        ProductCreated, ProductUpdated, ProductDeleted, ContractCreated, ContractUpdated, ContractDeleted,
    ];

    /// <summary>What an attempt to activate may raise.</summary>
    public static IReadOnlyList<string> OfActivation { get; } = [LicenseActivated, ActivationCreated, ActivationFailed];

    /// <summary>What the removal of an activation raises.</summary>
    public static IReadOnlyList<string> OfRemoval { get; } = [LicenseDeactivated, ActivationDeleted];

    /// <summary>What the making of a license may raise.</summary>
    public static IReadOnlyList<string> OfCreation { get; } = [LicenseCreated, LicenseAssigned];
}
