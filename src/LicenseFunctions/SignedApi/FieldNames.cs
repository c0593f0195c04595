namespace LicenseFunctions.SignedApi;

/// <summary>The names of fields, each with those that later clients send for the same thing; the first one sent counts.</summary>
public static class FieldNames
{
    public static readonly string[] ApiKey = ["api_key"];
    public static readonly string[] LicenseKey = ["license_key"];
    public static readonly string[] Identifier = ["identifier", "hardware_id", "hardwareId", "domain"];
    public static readonly string[] OwnerEmail = ["owner_email", "customer_email", "email"];
    public static readonly string[] OwnerName = ["owner_name", "customer_name"];
    public static readonly string[] Validity = ["validity", "validity_days"];
    public static readonly string[] ActivationLimit = ["activation_limit"];
    public static readonly string[] Status = ["status"];
    public static readonly string[] AssignedAt = ["assigned_at"];
    public static readonly string[] ProductId = ["product_id"];
    public static readonly string[] ProductUuid = ["product_uuid"];
    public static readonly string[] ProductSlug = ["product_slug"];
    public static readonly string[] MetaKey = ["key", "meta_key"];
    public static readonly string[] MetaValue = ["value", "meta_value"];
    public static readonly string[] LicenseKeys = ["license_keys"];
    public static readonly string[] Nonce = ["nonce"];
    public static readonly string[] Page = ["page"];
    public static readonly string[] PerPage = ["per_page"];
    public static readonly string[] Name = ["name"];
    public static readonly string[] Description = ["description"];
    public static readonly string[] Source = ["source"];
    public static readonly string[] ExternalReference = ["external_reference"];
    public static readonly string[] RequireNonExpired = ["require_non_expired"];
    public static readonly string[] DataType = ["data_type"];
    public static readonly string[] DataGroup = ["data_group"];
    public static readonly string[] NumericSingleValue = ["numeric_data_single_value"];
    public static readonly string[] NumericX = ["numeric_data_x"];
    public static readonly string[] NumericY = ["numeric_data_y"];
    public static readonly string[] TextData = ["text_data"];
    public static readonly string[] UserIdentifier = ["user_identifier"];
    public static readonly string[] ActivationIdentifier = ["activation_identifier"];
    public static readonly string[] ProductVersion = ["product_version"];
    public static readonly string[] HasRedFlags = ["has_red_flags"];
    public static readonly string[] GeneratorId = ["generator_id"];
    public static readonly string[] GeneratorUuid = ["generator_uuid"];
    public static readonly string[] Licenses = ["licenses"];
    public static readonly string[] Quantity = ["quantity"];
    public static readonly string[] Generate = ["generate"];
    public static readonly string[] WebhookUrl = ["webhook_url"];
    public static readonly string[] PostUrl = ["post_url"];
    public static readonly string[] JobIdentifier = ["identifier"];
    public static readonly string[] ContractId = ["contract_id"];
    public static readonly string[] ContractUuid = ["contract_uuid"];
    public static readonly string[] ContractKey = ["contract_key"];
    public static readonly string[] ContractName = ["contract_name"];
    public static readonly string[] ContractInformation = ["contract_information"];
    public static readonly string[] LicenseKeysQuantity = ["license_keys_quantity"];
    public static readonly string[] CanGetInfo = ["can_get_info"];
    public static readonly string[] CanGenerate = ["can_generate"];
    public static readonly string[] CanDestroy = ["can_destroy"];
    public static readonly string[] CanDestroyAll = ["can_destroy_all"];
}
