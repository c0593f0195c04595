using LicenseFunctions.Tests.Support.Bicep;

namespace LicenseFunctions.Tests.Infra;

/// <summary>The Bicep files hold against the types of Azure's resources, and against each other.</summary>
public sealed class BicepFilesTests
{
    [BicepFact]
    public async Task Every_file_says_what_Azure_understands() => Assert.Equal([], await BicepCheck.RunAsync(InfraFiles.Read()));

    [BicepTheory]
    // Syntax.
    [InlineData("modules/storage.bicep", "kind: 'StorageV2'\n", "kind 'StorageV2'\n", "is no Bicep")]
    [InlineData("modules/storage.bicep", "location: location\n  tags: tags", "location: location tags: tags", "stands on the line of what comes before it: tags")]
    [InlineData("modules/keyvault.bicep", "keySize: 2048", "keySize: 2048\n    keySize: 4096", "sets keySize twice")]
    [InlineData("main.bicep", "var tags =", "func tags() string => ''\nvar tags =", "is not understood")]
    // Names.
    [InlineData("modules/storage.bicep", "kind: 'StorageV2'", "kind: storageKind", "names storageKind, which is not defined")]
    [InlineData("modules/monitoring.bicep", "param token string", "param token string\nparam spare string", "declares spare, which nothing uses")]
    [InlineData("modules/access.bicep", "var host = {", "var spare = 1\nvar host = {", "declares spare, which nothing uses")]
    [InlineData("modules/access.bicep", "roles.keyVaultCryptoUser", "roles.keyVaultUser", "reads keyVaultUser, which roles does not have")]
    [InlineData("modules/keyvault.bicep", "vault.properties.vaultUri", "vault.properties.uri", "reads properties.uri, which vault.properties does not have")]
    [InlineData("main.bicep", "app.outputs.endpoint", "app.outputs.url", "reads outputs.url, which app.outputs does not have")]
    [InlineData("main.bicep", "uniqueString(", "uniqString(", "calls uniqString, which is unknown or not allowed")]
    // Resources.
    [InlineData("modules/storage.bicep", "allowSharedKeyAccess", "allowSharedKeysAccess", "sets properties.allowSharedKeysAccess, which is no property that can be set")]
    [InlineData("modules/storage.bicep", "publicAccess: 'None'", "publicAccess: false", "gives properties.publicAccess a bool, not a string")]
    [InlineData("modules/keyvault.bicep", "keySize: 2048", "keySize: '2048'", "gives properties.keySize a string, not int")]
    [InlineData("modules/keyvault.bicep", "'sign'\n", "'signs'\n", "gives properties.keyOps the value signs; it can be encrypt")]
    [InlineData("modules/storage.bicep", "'Standard_GRS'", "'Standard_GSR'", "gives sku.name the value Standard_GSR")]
    [InlineData("modules/storage.bicep", "minimumTlsVersion: 'TLS1_2'", "minimumTlsVersion: '1.2'", "gives properties.minimumTlsVersion the value 1.2")]
    [InlineData("modules/monitoring.bicep", "    Application_Type: 'web'\n", "", "lacks properties.Application_Type")]
    [InlineData("modules/keyvault.bicep", "    tenantId: tenant().tenantId\n", "", "lacks properties.tenantId")]
    [InlineData("modules/functionapp.bicep", "    httpsOnly: true", "    httpsOnly: true\n    defaultHostName: 'x'", "sets properties.defaultHostName, which is no property that can be set")]
    [InlineData("modules/functionapp.bicep", "alwaysReadyHttp }", "'one' }", "gives properties.functionAppConfig.scaleAndConcurrency.alwaysReady.instanceCount a string, not int")]
    [InlineData("modules/functionapp.bicep", "value: setting.value", "valeu: setting.value", "sets properties.siteConfig.appSettings.valeu")]
    [InlineData("modules/functionapp.bicep", "Microsoft.Web/sites@2025-03-01", "Microsoft.Web/sites@2025-03-02", "is not among the known types and versions")]
    [InlineData("modules/storage.bicep", "  parent: dataTables\n", "", "whose parent is missing")]
    [InlineData("modules/storage.bicep", "parent: dataTables", "parent: dataBlobs", "whose parent is Microsoft.Storage/storageAccounts/blobServices, not Microsoft.Storage/storageAccounts/tableServices")]
    [InlineData("modules/grant.bicep", "existing = {\n  name: scopeName", "existing = {\n  kind: 'x'\n  name: scopeName", "sets kind of a resource that exists already")]
    [InlineData("modules/alerts.bicep", "severity: rule.severity", "severity: rule.name", "gives properties.severity a string, not int")]
    [InlineData("modules/alerts.bicep", "timeAggregation: 'Count'", "timeAggregation: 'Sum'", "gives properties.criteria.allOf.timeAggregation the value Sum")]
    [InlineData("modules/alerts.bicep", "    aggregation: 'Count'", "    aggregation: 'Many'", "gives properties.criteria.allOf.timeAggregation the value Many")]
    [InlineData("modules/alerts.bicep", "criterionType: 'StaticThresholdCriterion'\n", "", "lacks properties.criteria.allOf.criterionType")]
    [InlineData("modules/alerts.bicep", "    groupShortName: 'licenses'\n", "", "lacks properties.groupShortName")]
    [InlineData("modules/alerts.bicep", "emailAddress: alertEmail", "email: alertEmail", "sets properties.emailReceivers.email, which is no property that can be set")]
    [InlineData("modules/diagnostics.bicep", "categoryGroup: 'audit'", "group: 'audit'", "sets properties.logs.group, which is no property that can be set")]
    [InlineData("modules/diagnostics.bicep", "enabled: true", "enabled: 'yes'", "gives properties.logs.enabled a string, not bool")]
    [InlineData("modules/monitoring.bicep", "loadTextContent(", "loadText(", "calls loadText, which is unknown or not allowed")]
    // Modules and parameters.
    [InlineData("main.bicep", "    vaultUri: vault.outputs.uri\n", "", "does not give vaultUri, which modules/functionapp.bicep needs")]
    [InlineData("main.bicep", "    vaultUri: vault", "    vaultUrl: vault", "gives vaultUrl, which is no parameter of modules/functionapp.bicep")]
    [InlineData("main.bicep", "alwaysReadyHttp: alwaysReadyHttp", "alwaysReadyHttp: token", "gives alwaysReadyHttp a string, not int")]
    [InlineData("main.bicep", "'modules/storage.bicep'", "'modules/stores.bicep'", "calls a module that does not exist")]
    [InlineData("main.bicep", "output SERVICE_API_ENDPOINT string", "output SERVICE_API_ENDPOINT int", "gives SERVICE_API_ENDPOINT a string, not int")]
    [InlineData("modules/access.bicep", "type: 'insights'", "type: 'component'", "gives scopeType the value component; it can be account")]
    [InlineData("main.bicepparam", "param location", "param place", "gives place, which is no parameter of main.bicep")]
    [InlineData("main.bicepparam", "param environmentName", "// param environmentName", "does not give environmentName")]
    // Secrets and wildcards.
    [InlineData("main.bicep", "@minLength(1)", "@secure()", "has a secret parameter")]
    [InlineData("modules/storage.bicep", "hostAccount.properties.primaryEndpoints.blob", "hostAccount.listKeys().keys[0].value", "calls hostAccount.listKeys")]
    [InlineData("modules/monitoring.bicep", "kind: 'web'", "kind: '*'", "has a wildcard")]
    public async Task A_slip_is_noticed(string path, string right, string wrong, string problem)
    {
        var problems = await BicepCheck.RunAsync(InfraFiles.ReadWith(path, right, wrong));

        Assert.Contains(problems, each => each.StartsWith($"{path}:", StringComparison.Ordinal) && each.Contains(problem, StringComparison.Ordinal));
    }
}
