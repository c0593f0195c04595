using LicenseFunctions.Licensing;

namespace LicenseFunctions.Tests.Support;

/// <summary>Fields of calls that are written before what they name is made.</summary>
public static class FilledFields
{
    /// <summary>Fields such as <c>product_id={product}&amp;key=old</c>, with the names of a product with metadata and of a contract with two licenses filled in.</summary>
    public static async Task<Dictionary<string, string>> FillInAsync(this ApiHost host, Product product, string fields)
    {
        await host.PostAsync("/api/v1/create-product-meta", ("product_id", $"{product.Id}"), ("key", "old"), ("value", "1"));
        var contract = await host.ContractAsync(product, 20, draft => draft with { Name = "n", Information = "i" });
        var made = await host.PostAsync("/api/v1/contracts/generate", ("contract_uuid", contract.Key), ("quantity", "2"));
        var license = made.Response.GetProperty("license_keys")[0].GetString()!;
        return fields.Replace("{product}", $"{product.Id}", StringComparison.Ordinal).Replace("{contract}", contract.Key, StringComparison.Ordinal)
            .Replace("{license}", license, StringComparison.Ordinal).Split('&').Select(field => field.Split('='))
            .ToDictionary(field => field[0], field => field[1]);
    }
}
