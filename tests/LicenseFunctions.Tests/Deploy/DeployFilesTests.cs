using LicenseFunctions.SelfHost;
using LicenseFunctions.Tests.Support;
using Microsoft.Extensions.Configuration;

namespace LicenseFunctions.Tests.Deploy;

/// <summary>The unit and the container say what the server does.</summary>
public sealed class DeployFilesTests
{
    private static readonly string[] Unit = Repository.Read("deploy", "license-functions.service").Split('\n');
    private static readonly string[] Container = Repository.Read("deploy", "Containerfile").Split('\n');

    [Fact]
    public void The_unit_gives_requests_in_flight_longer_than_the_server_does()
    {
        Assert.Equal("SIGTERM", Setting("KillSignal"));
        Assert.True(int.Parse(Setting("TimeoutStopSec"), null) > SelfHostApp.Shutdown.TotalSeconds + 5);
    }

    [Theory]
    [InlineData("DynamicUser", "yes")]
    [InlineData("StateDirectory", "license-functions")]
    [InlineData("WorkingDirectory", "%S/license-functions")]
    [InlineData("ProtectSystem", "strict")]
    [InlineData("ProtectHome", "yes")]
    [InlineData("NoNewPrivileges", "yes")]
    [InlineData("CapabilityBoundingSet", "")]
    [InlineData("PrivateDevices", "yes")]
    [InlineData("PrivateTmp", "yes")]
    // Type=notify wants a package that tells systemd; without it the unit would never count as started.
    [InlineData("Type", "exec")]
    public void The_unit_keeps_the_server_in_its_folder(string name, string value) => Assert.Equal(value, Setting(name));

    [Fact]
    public void The_container_names_no_registry_and_has_no_default_for_one()
    {
        Assert.Equal(["ARG BASE_SDK", "ARG BASE_RUNTIME"], Container.Where(line => line.StartsWith("ARG ", StringComparison.Ordinal)));
        Assert.Equal(["FROM ${BASE_SDK} AS build", "FROM ${BASE_RUNTIME}"], Container.Where(line => line.StartsWith("FROM ", StringComparison.Ordinal)));
    }

    [Fact]
    public void The_container_runs_as_nobody_in_particular_and_gets_the_signal_itself()
    {
        Assert.Contains("USER 10001:10001", Container);
        Assert.Contains("VOLUME /data", Container);
        Assert.Contains("STOPSIGNAL SIGTERM", Container);
        Assert.StartsWith("ENTRYPOINT [\"dotnet\",", Assert.Single(Container, line => line.StartsWith("ENTRYPOINT", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_path_that_the_server_writes_to_is_on_the_volume()
    {
        var options = LicensingOptions.From(new ConfigurationBuilder().AddInMemoryCollection(
            Container.Select(line => line.Trim().TrimEnd('\\').Trim().Replace("ENV ", "", StringComparison.Ordinal).Split('='))
                .Where(pair => pair.Length == 2 && pair[0].Contains("__", StringComparison.Ordinal) && !pair[0].Contains(' ', StringComparison.Ordinal))
                .Select(pair => KeyValuePair.Create(pair[0].Replace("__", ":", StringComparison.Ordinal), (string?)pair[1]))).Build());

        Assert.All([options.StoragePath, options.SigningPath, options.DownloadsPath], path => Assert.StartsWith("/data/", path, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("LicenseFunctions.SelfHost.dll")]
    [InlineData("licensectl.dll")]
    public void What_they_start_is_what_is_built(string file)
    {
        Assert.True(File.Exists(Path.Combine(AppContext.BaseDirectory, file)));
        Assert.Contains(file, Repository.Read("deploy", "README.md") + string.Join('\n', Unit.Concat(Container)), StringComparison.Ordinal);
    }

    private static string Setting(string name) =>
        Assert.Single(Unit, line => line.StartsWith(name + "=", StringComparison.Ordinal))[(name.Length + 1)..];
}
