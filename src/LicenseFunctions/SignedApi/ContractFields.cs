using LicenseFunctions.Licensing;
using LicenseFunctions.Licensing.Contracting;

namespace LicenseFunctions.SignedApi;

/// <summary>
/// Reads the fields of a contract, for creating and for updating one: all of them are wanted, but for the status of a new
/// one. What is wrong has the documented words.
/// </summary>
public sealed class ContractFields(SignedFields fields, FieldErrors errors)
{
    private const int LongestName = 255;
    private const int LongestInformation = 10_000;

    public const string KeyError = "Contract key is required and must be unique.";

    /// <summary>The contract with the fields that were sent.</summary>
    public Contract Apply(Contract contract, Product? product, bool isNew)
    {
        var (key, name) = (Text(FieldNames.ContractKey, LongestName), Text(FieldNames.ContractName, LongestName));
        var information = Text(FieldNames.ContractInformation, LongestInformation);
        Check(key is not null, "contract_key", KeyError);
        Check(name is not null, "contract_name", "Contract name is required.");
        Check(information is not null, "contract_information", "Contract information is required.");
        Check(product is not null, "product_id", "Product Id must be a valid product Id.");
        var quantity = fields.Number(FieldNames.LicenseKeysQuantity);
        Check(quantity is >= 1 and <= int.MaxValue, "license_keys_quantity", "License keys quantity must be 1 or more.");
        var status = fields.Text(FieldNames.Status) ?? (isNew && !fields.Has(FieldNames.Status) ? "active" : null);
        Check(status is "active" or "inactive", "status", "Status must be active or inactive");
        return contract with
        {
            Key = key ?? "",
            Name = name ?? "",
            Information = information ?? "",
            ProductId = product?.Id ?? 0,
            Quantity = (int)Math.Clamp(quantity ?? 0, 0, int.MaxValue),
            IsActive = status == "active",
            CanGetInfo = Flag(FieldNames.CanGetInfo, "can_get_info", "Can get info"),
            CanGenerate = Flag(FieldNames.CanGenerate, "can_generate", "Can generate"),
            CanDestroy = Flag(FieldNames.CanDestroy, "can_destroy", "Can destroy"),
            CanDestroyAll = Flag(FieldNames.CanDestroyAll, "can_destroy_all", "Can destroy all"),
        };
    }

    private string? Text(string[] names, int longest) =>
        fields.StoredText(names) is { Length: > 0 } text && text.Length <= longest ? text : null;

    private bool Flag(string[] names, string field, string words)
    {
        var isFlag = fields.Text(names) is { } text && text.ToLowerInvariant() is "1" or "0" or "true" or "false";
        Check(isFlag, field, $"{words} must be 1 for true or 0 for false");
        return isFlag && fields.Flag(names) == true;
    }

    private void Check(bool holds, string field, string sentence)
    {
        if (!holds)
            errors.Say(field, sentence);
    }
}
