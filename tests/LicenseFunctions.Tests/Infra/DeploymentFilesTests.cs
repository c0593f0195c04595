using System.Text.Json;
using System.Xml.Linq;
using LicenseFunctions.SelfHost;
using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.Infra;

/// <summary>The files around the deployment: what azd, the workflows and the Functions host read.</summary>
public sealed class DeploymentFilesTests
{
    [Fact]
    public void Azd_finds_the_project_the_templates_and_the_app()
    {
        var file = Repository.Read("azure.yaml");

        Assert.Contains("  api:\n    project: src/LicenseFunctions\n    language: dotnet\n    host: function\n", file, StringComparison.Ordinal);
        Assert.Contains("  provider: bicep\n  path: infra\n  module: main\n", file, StringComparison.Ordinal);
        Assert.Contains("'azd-service-name': 'api'", InfraFiles.Read()["modules/functionapp.bicep"], StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(Repository.Root, "src", "LicenseFunctions", "LicenseFunctions.csproj")));
    }

    [Fact]
    public void What_is_deployed_is_built_from_the_official_packages()
    {
        Assert.Contains("azd env set AzurePackages Official", Repository.Read("azure.yaml"), StringComparison.Ordinal);
        Assert.Contains(
            "dotnet publish src/LicenseFunctions -c Release -p:AzurePackages=Official", Repository.Read(".github", "workflows", "deploy.yml"),
            StringComparison.Ordinal);
        Assert.Contains("'$(AzurePackages)' != 'Official'", Repository.Read("Directory.Build.targets"), StringComparison.Ordinal);
    }

    /// <summary>In the project: a property of the command line would reach what the worker's SDK builds besides.</summary>
    [Fact]
    public void What_is_deployed_is_compiled_ahead_for_where_it_runs()
    {
        var project = XDocument.Parse(Repository.Read("src", "LicenseFunctions", "LicenseFunctions.csproj"));

        var properties = Assert.Single(project.Descendants("PropertyGroup"), group => group.Element("PublishReadyToRun") is not null);
        Assert.Equal("'$(AzurePackages)' == 'Official' and '$(_IsPublishing)' == 'true'", properties.Attribute("Condition")!.Value);
        Assert.Equal(
            [("RuntimeIdentifier", "linux-x64"), ("SelfContained", "false"), ("PublishReadyToRun", "true")],
            properties.Elements().Select(property => (property.Name.LocalName, property.Value)));
        Assert.All((string[])["deploy.yml", "test.yml"], name => Assert.DoesNotContain(
            "PublishReadyToRun", Repository.Read(".github", "workflows", name), StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("test.yml")]
    [InlineData("deploy.yml")]
    public void No_workflow_uses_a_stored_secret_or_more_rights_than_it_needs(string name)
    {
        var file = Repository.Read(".github", "workflows", name);

        Assert.DoesNotContain("secrets.", file, StringComparison.Ordinal);
        Assert.DoesNotContain("write-all", file, StringComparison.Ordinal);
        Assert.Contains("permissions:\n  contents: read\n", file, StringComparison.Ordinal);
        Assert.Equal(name == "deploy.yml", file.Contains("id-token: write", StringComparison.Ordinal));
    }

    [Fact]
    public void A_deployment_is_tried_out_with_what_needs_no_key()
    {
        Assert.Contains("bash infra/smoke.sh", Repository.Read(".github", "workflows", "deploy.yml"), StringComparison.Ordinal);
        var script = Repository.Read("infra", "smoke.sh");
        Assert.Contains("/.well-known/jwks.json", script, StringComparison.Ordinal);
        Assert.Contains("/verify?license_key=", script, StringComparison.Ordinal);
        Assert.Contains("= 404", script, StringComparison.Ordinal);
        Assert.Contains("/health/ready", script, StringComparison.Ordinal);
    }

    [Fact]
    public void Routes_have_no_prefix_on_either_host()
    {
        Assert.Equal("", HostJson.RoutePrefix(Repository.Root));
        Assert.Equal("", HostJson.RoutePrefix(AppContext.BaseDirectory));
    }

    [Fact]
    public void What_the_host_answers_itself_is_neither_sniffed_nor_kept()
    {
        using var file = JsonDocument.Parse(Repository.Read("host.json"));

        var headers = file.RootElement.GetProperty("extensions").GetProperty("http").GetProperty("customHeaders").EnumerateObject();
        Assert.Equal(
            [("X-Content-Type-Options", "nosniff"), ("Cache-Control", "no-store")],
            headers.Select(header => (header.Name, header.Value.GetString()!)));
    }

    [Fact]
    public void Every_setting_of_the_host_is_explained()
    {
        using var file = JsonDocument.Parse(Repository.Read("host.json"));
        var page = Repository.Read("docs", "host-json.md");

        var names = file.RootElement.GetProperty("extensions").GetProperty("http").EnumerateObject().Select(setting => setting.Name);
        Assert.All(names, name => Assert.Contains(name, page, StringComparison.Ordinal));
    }

    [Fact]
    public void The_host_leaves_refusals_and_addresses_to_us()
    {
        using var file = JsonDocument.Parse(Repository.Read("host.json"));

        Assert.Equal("2.0", file.RootElement.GetProperty("version").GetString());
        Assert.False(file.RootElement.GetProperty("extensions").GetProperty("http").GetProperty("dynamicThrottlesEnabled").GetBoolean());
        var logging = file.RootElement.GetProperty("logging");
        Assert.Equal("Warning", logging.GetProperty("logLevel").GetProperty("Microsoft").GetString());
        Assert.False(logging.GetProperty("applicationInsights").GetProperty("httpAutoCollectionOptions")
            .GetProperty("enableHttpTriggerExtendedInfoCollection").GetBoolean());
    }
}
