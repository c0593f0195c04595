using LicenseFunctions.Licensing.Contracting;

namespace LicenseFunctions.SignedApi;

/// <summary>
/// The three forms in which contracts are answered. A created and an updated one repeat quantity, product and flags as
/// the texts that were sent; a listed one has numbers; and their fields stand in different orders.
/// </summary>
public static class ContractJson
{
    public static void WriteCreated(WireJson json, Contract contract, SignedFields sent)
    {
        json.Open('{')
            .Field("contract_key", contract.Key)
            .Field("name", contract.Name)
            .Field("information", contract.Information)
            .Field("product_id", ProductId(contract, sent))
            .Field("license_keys_quantity", sent.Text(FieldNames.LicenseKeysQuantity))
            .Field("status", Status(contract))
            .Field("can_get_info", Flag(contract.CanGetInfo))
            .Field("can_generate", Flag(contract.CanGenerate))
            .Field("can_destroy", Flag(contract.CanDestroy))
            .Field("can_destroy_all", Flag(contract.CanDestroyAll))
            .Field("updated_at", WireTime.Listed(contract.UpdatedAt))
            .Field("created_at", WireTime.Listed(contract.CreatedAt))
            .Field("id", contract.Id)
            .Field("license_keys_count", 0)
            .Close('}');
    }

    public static void WriteUpdated(WireJson json, Contract contract, SignedFields sent, int licenses)
    {
        json.Open('{')
            .Field("id", contract.Id)
            .Field("name", contract.Name)
            .Field("information", contract.Information)
            .Field("contract_key", contract.Key)
            .Field("license_keys_quantity", sent.Text(FieldNames.LicenseKeysQuantity))
            .Field("product_id", ProductId(contract, sent))
            .Field("can_get_info", Flag(contract.CanGetInfo))
            .Field("can_generate", Flag(contract.CanGenerate))
            .Field("can_destroy", Flag(contract.CanDestroy))
            .Field("can_destroy_all", Flag(contract.CanDestroyAll));
        WriteEnd(json, contract, licenses);
    }

    public static void WriteListed(WireJson json, Contract contract, int licenses)
    {
        json.Open('{')
            .Field("id", contract.Id)
            .Field("name", contract.Name)
            .Field("information", contract.Information)
            .Field("contract_key", contract.Key)
            .Field("license_keys_quantity", contract.Quantity)
            .Field("product_id", contract.ProductId)
            .Field("can_get_info", contract.CanGetInfo ? 1 : 0)
            .Field("can_generate", contract.CanGenerate ? 1 : 0)
            .Field("can_destroy", contract.CanDestroy ? 1 : 0)
            .Field("can_destroy_all", contract.CanDestroyAll ? 1 : 0);
        WriteEnd(json, contract, licenses);
    }

    private static void WriteEnd(WireJson json, Contract contract, int licenses) => json
        .Field("status", Status(contract))
        .Field("created_at", WireTime.Listed(contract.CreatedAt))
        .Field("updated_at", WireTime.Listed(contract.UpdatedAt))
        .Field("license_keys_count", licenses)
        .Close('}');

    /// <summary>As sent; the number where the product was named by its uuid.</summary>
    private static string? ProductId(Contract contract, SignedFields sent) =>
        sent.Text(FieldNames.ProductId) ?? contract.ProductId.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static string Flag(bool flag) => flag ? "1" : "0";

    private static string Status(Contract contract) => contract.IsActive ? "active" : "inactive";
}
