using System.Text.Json;
using System.Text.RegularExpressions;
using LicenseFunctions.Tests.Support;
using LicenseFunctions.Tests.Support.Bicep;

namespace LicenseFunctions.Tests.Infra;

/// <summary>Workbook, alerts and manual speak of the same things, and of metrics that there are.</summary>
public sealed partial class WatchingTests
{
    [Fact]
    public void The_workbook_asks_the_questions_of_the_manual()
    {
        using var workbook = JsonDocument.Parse(Repository.Read("infra", "workbook.json"));

        var asked = workbook.RootElement.GetProperty("items").EnumerateArray()
            .Select(item => item.GetProperty("content"))
            .Where(content => content.TryGetProperty("query", out _))
            .Select(content => (content.GetProperty("title").GetString()!, content.GetProperty("query").GetString()!));

        Assert.Equal(5, OperationsManual.Queries().Count());
        Assert.Equal(OperationsManual.Queries(), asked);
    }

    [Fact]
    public void The_workbook_is_one_that_the_gallery_takes()
    {
        using var workbook = JsonDocument.Parse(Repository.Read("infra", "workbook.json"));

        Assert.Equal("Notebook/1.0", workbook.RootElement.GetProperty("version").GetString());
        var items = workbook.RootElement.GetProperty("items").EnumerateArray().ToArray();
        Assert.Equal([1, 9, 3, 3, 3, 3, 3], items.Select(item => item.GetProperty("type").GetInt32()));
        Assert.Equal(items.Length, items.Select(item => item.GetProperty("name").GetString()).Distinct().Count());
        var parameter = items[1].GetProperty("content").GetProperty("parameters")[0].GetProperty("name").GetString();
        Assert.All(items.Skip(2).Select(item => item.GetProperty("content")), query =>
        {
            Assert.Equal("KqlItem/1.0", query.GetProperty("version").GetString());
            Assert.Equal(0, query.GetProperty("queryType").GetInt32());
            Assert.Equal("microsoft.operationalinsights/workspaces", query.GetProperty("resourceType").GetString());
            Assert.Equal(parameter, query.GetProperty("timeContextFromParameter").GetString());
        });
    }

    [BicepFact]
    public async Task The_workbook_is_deployed_from_its_file()
    {
        var file = await InfraFiles.ParseAsync("modules/monitoring.bicep");

        Assert.Equal("loadTextContent('../workbook.json')", file.Says("workbook", "properties.serializedData"));
        Assert.True(File.Exists(Path.Combine(Repository.Root, "infra", "modules", "..", "workbook.json")));
        Assert.Equal("workspace.id", file.Says("workbook", "properties.sourceId"));
    }

    [BicepFact]
    public async Task Every_alert_is_explained_and_every_one_that_is_explained_is_made()
    {
        var rules = await RulesAsync();

        Assert.Equal(OperationsManual.Alerts().Order(StringComparer.Ordinal), rules.Select(rule => rule.Property("name")!.Literal).Order(StringComparer.Ordinal));
    }

    [BicepFact]
    public async Task Queries_speak_of_metrics_and_attributes_that_there_are()
    {
        var known = OperationsManual.Metrics().SelectMany(metric => metric.Attributes.Split(' ').Append(metric.Name)).ToHashSet(StringComparer.Ordinal);
        var queries = OperationsManual.Queries().Select(query => query.Kql)
            .Concat((await RulesAsync()).Select(rule => rule.Property("query")?.Text ?? "")).ToArray();

        Assert.Equal([], queries.SelectMany(query => Named().Matches(query).Select(match => match.Groups[1].Value)).Where(name => !known.Contains(name)));
        Assert.Contains(queries, query => query.Contains("licensing.outbox.age", StringComparison.Ordinal));
    }

    [BicepFact]
    public async Task Alerts_look_at_the_workspace_the_tables_and_the_vault_and_tell_the_one_group()
    {
        var file = await InfraFiles.ParseAsync("modules/alerts.bicep");

        Assert.Equal(["dataTables.id", "vault.id"], file.Find("metricRules")!.Value!.Parts.Select(rule => rule.Property("on")!.Text));
        Assert.Equal("workspaceId", file.Find("onQuery")!.Body!.Property("properties")!.Property("scopes")!.Parts.Single().Text);
        Assert.All(["onQuery", "onMetric"], rule => Assert.Contains("told.id", file.Find(rule)!.Body!.Text, StringComparison.Ordinal));
    }

    [BicepFact]
    public async Task What_the_vault_and_the_tables_tell_goes_to_the_workspace()
    {
        var file = await InfraFiles.ParseAsync("modules/diagnostics.bicep");

        Assert.Equal(("vault", "workspaceId"), (file.Says("ofVault", "scope"), file.Says("ofVault", "properties.workspaceId")));
        Assert.Equal(("dataTables", "workspaceId"), (file.Says("ofTables", "scope"), file.Says("ofTables", "properties.workspaceId")));
        Assert.Contains("categoryGroup: 'audit'", file.Find("ofVault")!.Body!.Text, StringComparison.Ordinal);
        Assert.Null(file.Says("ofTables", "properties.logs"));
    }

    private static async Task<IReadOnlyList<SyntaxNode>> RulesAsync()
    {
        var file = await InfraFiles.ParseAsync("modules/alerts.bicep");
        return [.. file.Find("queryRules")!.Value!.Parts, .. file.Find("metricRules")!.Value!.Parts];
    }

    [GeneratedRegex("\"((?:licensing|db|error)\\.[a-z_.]+)\"")]
    private static partial Regex Named();
}
