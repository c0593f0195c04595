namespace LicenseFunctions.Tests.Support.Bicep;

/// <summary>The functions and decorators of the language that our files may use, and what resources let be read of them.</summary>
internal static class BicepLanguage
{
    /// <summary>
    /// What each function answers. Functions that hand out keys (<c>listKeys</c> and its like) are left out, and must be.
    /// </summary>
    public static IReadOnlyDictionary<string, BicepKind> Functions { get; } = new Dictionary<string, BicepKind>(StringComparer.Ordinal)
    {
        ["empty"] = BicepKind.Bool,
        ["filter"] = BicepKind.Array,
        ["guid"] = BicepKind.String,
        ["int"] = BicepKind.Int,
        ["items"] = BicepKind.Array,
        ["loadTextContent"] = BicepKind.String,
        ["readEnvironmentVariable"] = BicepKind.String,
        ["resourceGroup"] = BicepKind.Reference,
        ["split"] = BicepKind.Array,
        ["subscriptionResourceId"] = BicepKind.String,
        ["take"] = BicepKind.String,
        ["tenant"] = BicepKind.Reference,
        ["union"] = BicepKind.Any,
        ["uniqueString"] = BicepKind.String,
    };

    public static IReadOnlySet<string> Decorators { get; } =
        new HashSet<string>(StringComparer.Ordinal) { "allowed", "description", "maxLength", "maxValue", "minLength", "minValue" };

    /// <summary>What can be read though it cannot be set, by type without version; the types list only what can be set.</summary>
    private static readonly Dictionary<string, string[]> Readable = new(StringComparer.Ordinal)
    {
        ["resourceGroup()"] = ["id", "location", "name"],
        ["tenant()"] = ["tenantId"],
        ["Microsoft.Insights/components"] = ["properties.ConnectionString"],
        ["Microsoft.KeyVault/vaults"] = ["properties.vaultUri"],
        ["Microsoft.ManagedIdentity/userAssignedIdentities"] = ["properties.clientId", "properties.principalId"],
        ["Microsoft.Storage/storageAccounts"] = ["properties.primaryEndpoints.blob", "properties.primaryEndpoints.table"],
        ["Microsoft.Web/sites"] = ["properties.defaultHostName"],
    };

    /// <summary>What kind a path into something is, or null when there is nothing there to read.</summary>
    public static BicepKind? Read(string type, string path)
    {
        var readable = Readable.GetValueOrDefault(type, []);
        if (readable.Contains(path) || (!type.EndsWith(')') && path is "id" or "name"))
            return BicepKind.String;
        return readable.Any(each => each.StartsWith(path + ".", StringComparison.Ordinal)) ? BicepKind.Reference : null;
    }
}
