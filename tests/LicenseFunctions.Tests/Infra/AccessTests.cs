using LicenseFunctions.Tests.Support.Bicep;

namespace LicenseFunctions.Tests.Infra;

/// <summary>Who may do what in a deployment.</summary>
public sealed class AccessTests
{
    private static readonly Dictionary<string, string> Roles = new(StringComparer.Ordinal)
    {
        ["storageTableDataContributor"] = "0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3",
        ["storageBlobDataOwner"] = "b7e6dc6d-f1e8-4753-8033-0f276bb0955b",
        ["keyVaultCryptoUser"] = "12338af0-0e69-4776-bea7-57ae8d297424",
        ["keyVaultCryptoOfficer"] = "14b46e9e-c2b7-41b4-b07b-48a6ebf60603",
        ["monitoringMetricsPublisher"] = "3913510d-42f4-4e42-8a64-420c390055eb",
    };

    [BicepFact]
    public async Task The_roles_are_the_known_ones_and_each_is_granted()
    {
        Assert.Equal([], ProblemsOf(await InfraFiles.ParseAsync("modules/access.bicep")));
    }

    [BicepTheory]
    [InlineData("12338af0-", "12338af1-", "keyVaultCryptoUser is 12338af1-0e69-4776-bea7-57ae8d297424")]
    [InlineData("var roles = {", "var roles = {\n  owner: '8e3af657-a8ff-443c-a75c-2fe8c4bcb635'", "owner is 8e3af657-a8ff-443c-a75c-2fe8c4bcb635", "owner is granted to nobody")]
    [InlineData("role: roles.monitoringMetricsPublisher", "role: roles.keyVaultCryptoUser", "monitoringMetricsPublisher is granted to nobody")]
    [InlineData("  keyVaultCryptoOfficer: '14b46e9e-c2b7-41b4-b07b-48a6ebf60603'\n", "", "keyVaultCryptoOfficer is not in the table")]
    public async Task A_role_that_is_wrong_or_spare_or_missing_is_noticed(string right, string wrong, params string[] problems) =>
        Assert.Equal(problems, ProblemsOf(await InfraFiles.ParseWithAsync("modules/access.bicep", right, wrong)));

    private static IEnumerable<string> ProblemsOf(BicepFile file)
    {
        var roles = file.Find("roles")!.Value!.Properties.ToDictionary(role => role.Name!, role => role.Value.Literal!, StringComparer.Ordinal);
        return
        [
            .. roles.Where(role => Roles.GetValueOrDefault(role.Key) != role.Value).Select(role => $"{role.Key} is {role.Value}"),
            .. roles.Keys.Except(Grants(file).Select(grant => grant.Role).Append(RoleOf(file.Find("keyGrants")!.Value!["body"]!))).Select(role => $"{role} is granted to nobody"),
            .. Roles.Keys.Except(roles.Keys).Select(role => $"{role} is not in the table"),
        ];
    }

    [BicepFact]
    public async Task The_app_and_the_operator_may_do_this_and_no_more()
    {
        var file = await InfraFiles.ParseAsync("modules/access.bicep");

        Assert.Equal(
            [
                ("app", "storageBlobDataOwner", "host"),
                ("app", "storageTableDataContributor", "data"),
                ("app", "storageBlobDataOwner", "downloads"),
                ("app", "monitoringMetricsPublisher", "insights"),
                ("operator", "storageTableDataContributor", "data"),
                ("operator", "storageBlobDataOwner", "downloads"),
                ("operator", "keyVaultCryptoOfficer", "vault"),
            ],
            Grants(file));
    }

    [BicepFact]
    public async Task The_app_may_use_each_key_and_not_the_vault()
    {
        var access = await InfraFiles.ParseAsync("modules/access.bicep");
        var keyVault = await InfraFiles.ParseAsync("modules/keyvault.bicep");

        const string Row = "var keyGrants = [for key in keyNames: { // It becomes the name of a deployment, of 64 characters at most; a key may have more. name: 'app-key-${take(key, 30)}-${uniqueString(key)}' to: app role: roles.keyVaultCryptoUser on: { type: 'key' name: vaultName child: key } }]";
        var text = string.Join(' ', access.Root.Text.Split((char[])[' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains(Row, text, StringComparison.Ordinal);
        Assert.Contains("[for grant in filter(union(grants, keyGrants), grant => !empty(grant.to.id)):", text, StringComparison.Ordinal);
        Assert.Contains("keyNames: vault.outputs.keyNames", (await InfraFiles.ParseAsync("main.bicep")).Root.Text, StringComparison.Ordinal);
        Assert.Contains("output keyNames string[] = union(signingKeys, ['offline-wrap'])", keyVault.Root.Text, StringComparison.Ordinal);
        Assert.Contains("var signingKeys = union(['global'], productSigningKeys)", keyVault.Root.Text, StringComparison.Ordinal);
        Assert.Equal("offline-wrap", LicenseFunctions.Signing.KeyName.Wrapping);
    }

    /// <summary>Resource Manager takes no longer name of a deployment; what <c>uniqueString</c> makes has 13.</summary>
    [BicepFact]
    public async Task No_deployment_of_a_grant_has_too_long_a_name()
    {
        var access = await InfraFiles.ParseAsync("modules/access.bicep");

        var names = access.Find("grants")!.Value!.Parts.Select(grant => grant.Property("name")!.Literal!)
            .Append(access.Find("keyGrants")!.Value!["body"]!.Property("name")!.Text.Trim('\'')
                .Replace("${take(key, 30)}", new('k', 30), StringComparison.Ordinal).Replace("${uniqueString(key)}", new('u', 13), StringComparison.Ordinal));
        Assert.All(names, name => Assert.True($"grant-{name}".Length <= 64 && !name.Contains('$', StringComparison.Ordinal), name));
    }

    [BicepFact]
    public async Task Every_grant_goes_through_the_one_table()
    {
        foreach (var file in await InfraFiles.ParseAllAsync())
        {
            var assigns = file.Resources.Any(resource => resource.Target.StartsWith("Microsoft.Authorization/", StringComparison.Ordinal));
            Assert.Equal(file.Path == "modules/grant.bicep", assigns);
            Assert.All(file.Modules.Where(module => module.Target == "grant.bicep"), module => Assert.Equal("modules/access.bicep", file.Path));
            if (file.Path != "modules/access.bicep")
                Assert.DoesNotContain(Roles.Values, id => file.Root.Text.Contains(id, StringComparison.OrdinalIgnoreCase));
        }
    }

    [BicepFact]
    public async Task No_assignment_is_wider_than_a_resource()
    {
        var file = await InfraFiles.ParseAsync("modules/grant.bicep");

        var assignments = file.Resources.Where(resource => !resource.IsExisting).ToArray();
        Assert.Equal(["account", "container", "vault", "key", "insights"], assignments.Select(each => each.Body!.Property("scope")!.Text));
        Assert.All(assignments, each => Assert.Contains("scopeType ==", each.Value!.Text, StringComparison.Ordinal));
    }

    [BicepFact]
    public async Task Without_an_identity_nothing_opens()
    {
        var storage = await InfraFiles.ParseAsync("modules/storage.bicep");
        Assert.Equal("false", storage.Says("accountProperties", "allowSharedKeyAccess"));
        Assert.Equal("false", storage.Says("accountProperties", "allowBlobPublicAccess"));
        Assert.Equal("TLS1_2", storage.Says("accountProperties", "minimumTlsVersion"));
        Assert.Equal("true", storage.Says("accountProperties", "supportsHttpsTrafficOnly"));
        Assert.Equal("accountProperties", storage.Says("hostAccount", "properties"));
        Assert.Equal("accountProperties", storage.Says("dataAccount", "properties"));
        Assert.Equal("None", storage.Says("downloads", "properties.publicAccess"));
        Assert.Equal("None", storage.Says("deploymentContainer", "properties.publicAccess"));
        Assert.Equal("true", (await InfraFiles.ParseAsync("modules/monitoring.bicep")).Says("insights", "properties.DisableLocalAuth"));
        var app = await InfraFiles.ParseAsync("modules/functionapp.bicep");
        Assert.Equal("true", app.Says("app", "properties.httpsOnly"));
        Assert.Equal("UserAssignedIdentity", app.Says("app", "properties.functionAppConfig.deployment.storage.authentication.type"));
    }

    private static string RoleOf(SyntaxNode grant) => grant.Property("role")!.Text["roles.".Length..];

    private static IEnumerable<(string To, string Role, string On)> Grants(BicepFile file) => file.Find("grants")!.Value!.Parts
        .Select(grant => (grant.Property("to")!.Text, RoleOf(grant), grant.Property("on")!.Text));
}
