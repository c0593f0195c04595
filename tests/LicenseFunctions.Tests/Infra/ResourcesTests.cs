using LicenseFunctions.Signing;
using LicenseFunctions.Storage;
using LicenseFunctions.Tests.Support.Bicep;

namespace LicenseFunctions.Tests.Infra;

/// <summary>What a deployment consists of.</summary>
public sealed class ResourcesTests
{
    private static readonly string[] KnownTypes =
    [
        "Microsoft.Authorization/roleAssignments@2022-04-01",
        "Microsoft.Insights/actionGroups@2023-01-01",
        "Microsoft.Insights/components@2020-02-02",
        "Microsoft.Insights/diagnosticSettings@2021-05-01-preview",
        "Microsoft.Insights/metricAlerts@2018-03-01",
        "Microsoft.Insights/scheduledQueryRules@2023-12-01",
        "Microsoft.Insights/workbooks@2023-06-01",
        "Microsoft.KeyVault/vaults/keys@2024-11-01",
        "Microsoft.KeyVault/vaults@2024-11-01",
        "Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30",
        "Microsoft.OperationalInsights/workspaces@2025-07-01",
        "Microsoft.Storage/storageAccounts/blobServices/containers@2025-01-01",
        "Microsoft.Storage/storageAccounts/blobServices@2025-01-01",
        "Microsoft.Storage/storageAccounts/tableServices/tables@2025-06-01",
        "Microsoft.Storage/storageAccounts/tableServices@2025-06-01",
        "Microsoft.Storage/storageAccounts@2025-06-01",
        "Microsoft.Web/serverfarms@2025-03-01",
        "Microsoft.Web/sites@2025-03-01",
    ];

    [BicepFact]
    public async Task Every_type_is_used_in_the_version_that_was_chosen_for_it() =>
        Assert.Equal(KnownTypes, TypesOf(await InfraFiles.ParseAllAsync()));

    [BicepFact]
    public async Task Another_version_is_noticed_though_there_is_one()
    {
        var files = InfraFiles.ReadWith("modules/storage.bicep", "tableServices/tables@2025-06-01", "tableServices/tables@2025-01-01");

        Assert.Equal(
            ["Microsoft.Storage/storageAccounts/tableServices/tables@2025-01-01"],
            TypesOf(await InfraFiles.ParseAllAsync(files)).Except(KnownTypes));
    }

    private static IEnumerable<string> TypesOf(IEnumerable<BicepFile> files) =>
        files.SelectMany(file => file.Resources).Select(resource => resource.Target).Distinct().Order(StringComparer.Ordinal);

    [BicepFact]
    public async Task Every_table_of_the_store_is_declared()
    {
        var file = await InfraFiles.ParseAsync("modules/storage.bicep");

        Assert.Equal(TableNames.All, file.Find("tableNames")!.Value!.Parts.Select(name => name.Literal!));
        Assert.Contains("for name in tableNames", file.Find("tables")!.Value!.Text, StringComparison.Ordinal);
        Assert.Equal("dataTables", file.Says("tables", "parent"));
        Assert.Equal("dataAccount", file.Says("dataTables", "parent"));
    }

    [BicepFact]
    public async Task The_vault_keeps_its_keys_and_each_does_one_thing()
    {
        var file = await InfraFiles.ParseAsync("modules/keyvault.bicep");

        Assert.Equal("true", file.Says("vault", "properties.enableRbacAuthorization"));
        Assert.Equal("true", file.Says("vault", "properties.enablePurgeProtection"));
        Assert.Equal($"union(['{SigningKeys.Global}'], productSigningKeys)", file.Find("signingKeys")!.Value!.Text);
        Assert.Contains("for name in signingKeys", file.Find("signing")!.Value!.Text, StringComparison.Ordinal);
        Assert.Equal(["sign", "verify"], file.Lists("signing", "properties.keyOps"));
        Assert.Equal(KeyName.Wrapping, file.Says("offlineWrap", "name"));
        Assert.Equal(["wrapKey", "unwrapKey"], file.Lists("offlineWrap", "properties.keyOps"));
        Assert.All(["signing", "offlineWrap"], key => Assert.Equal(("RSA", "2048"), (file.Says(key, "properties.kty"), file.Says(key, "properties.keySize"))));
    }

    [BicepFact]
    public async Task The_app_runs_on_Flex_Consumption_with_the_runtime_that_it_is_built_for()
    {
        var file = await InfraFiles.ParseAsync("modules/functionapp.bicep");

        Assert.Equal(("FC1", "FlexConsumption"), (file.Says("plan", "sku.name"), file.Says("plan", "sku.tier")));
        Assert.Equal("true", file.Says("plan", "properties.reserved"));
        Assert.Equal("functionapp,linux", file.Says("app", "kind"));
        const string config = "properties.functionAppConfig.";
        Assert.Equal("dotnet-isolated", file.Says("app", config + "runtime.name"));
        Assert.Equal($"{Environment.Version.Major}.0", file.Says("app", config + "runtime.version"));
        Assert.Equal("maximumInstanceCount", file.Says("app", config + "scaleAndConcurrency.maximumInstanceCount"));
        Assert.Equal("instanceMemoryMB", file.Says("app", config + "scaleAndConcurrency.instanceMemoryMB"));
    }

    [BicepFact]
    public async Task The_parameters_are_these_and_each_can_be_given()
    {
        string[] names =
        [
            "environmentName", "location", "maximumInstanceCount", "instanceMemoryMB", "alwaysReadyHttp", "productSigningKeys", "operatorPrincipalId", "trustedProxies",
            "alertEmail",
        ];

        var main = await InfraFiles.ParseAsync("main.bicep");
        Assert.Equal(names, main.Parameters.Select(parameter => parameter.Name));
        Assert.Equal(names, (await InfraFiles.ParseAsync("main.bicepparam")).Parameters.Select(parameter => parameter.Name));
        Assert.Equal(["512", "2048", "4096"], main.Find("instanceMemoryMB")!.Allowed.Select(value => value.Text));
        Assert.All(main.Parameters, parameter => Assert.Contains(parameter.Decorators, each => each.Text.StartsWith("@description", StringComparison.Ordinal)));
    }

    [BicepFact]
    public async Task A_deployment_says_where_everything_is()
    {
        var outputs = (await InfraFiles.ParseAsync("main.bicep")).Outputs.Select(output => output.Name).ToArray();

        Assert.Equal(
            [
                "AZURE_LOCATION", "AZURE_RESOURCE_GROUP", "SERVICE_API_ENDPOINT", "SERVICE_API_NAME",
                "AZURE_KEY_VAULT_URI", "AZURE_TABLE_ENDPOINT", "AZURE_DOWNLOADS_CONTAINER_URI",
            ],
            outputs);
    }
}
