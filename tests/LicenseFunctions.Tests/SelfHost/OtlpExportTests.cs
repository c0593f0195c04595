using System.Text;
using LicenseFunctions.Licensing;
using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.SelfHost;

public sealed class OtlpExportTests : IDisposable
{
    private const string ApiKey = "lk_given-by-the-setting-and-never-shown";
    private const string Source = "LicenseFunctions";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_collector_receives_metrics_spans_and_log_lines_and_no_secret()
    {
        await using var collector = await OtlpCollector.StartAsync();
        await using var host = await SelfHostProcess.StartAsync(
            _folder.Path, ("Bootstrap__ApiKey", ApiKey), ("OTEL_EXPORTER_OTLP_ENDPOINT", collector.Address),
            ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"), ("OTEL_SERVICE_NAME", "licenses-of-a-vendor"));
        var client = new SelfHostClient(ApiKey, _folder[".data/keys"]);
        var license = await client.NewLicenseAsync(host, 1);
        Assert.Equal("300", (await client.ActivateAsync(host, license, "secret.example")).Code);
        Assert.Equal("302", (await client.ActivateAsync(host, license, "other.example")).Code);
        await SelfHostClient.GetDomainAsync(host, "/verify", license, "secret.example");
        using var refused = await host.Http.GetAsync($"/api/v1/download/{ApiKey}/{license}/c2VjcmV0LmV4YW1wbGU=/1");
        Assert.Equal(0, await host.StopAsync());

        Assert.Superset(
            new HashSet<string> { "licensing.requests", "licensing.request.duration", "licensing.request.store_trips", "licensing.signatures", "db.client.operation.duration" },
            collector.Metrics(Source).ToHashSet());
        Assert.Contains("http.server.request.duration", collector.Metrics("Microsoft.AspNetCore.Hosting"));
        Assert.Superset(new HashSet<string> { "signed/activate", "domain/verify", "signed/download", "commit licenses" }, collector.Spans(Source).ToHashSet());
        Assert.NotEmpty(collector.Logs());
        string[] paths = ["/v1/metrics", "/v1/traces", "/v1/logs"];
        Assert.All(paths, path => Assert.Contains("licenses-of-a-vendor", collector.Resource(path)));
        var sent = Encoding.UTF8.GetString([.. paths.SelectMany(collector.Received)]);
        string[] secrets = [ApiKey, license, "secret.example", "c2VjcmV0", LicenseRows.Hash(ApiKey), LicenseRows.Hash(license), "PRIVATE KEY"];
        Assert.All(secrets, secret => Assert.DoesNotContain(secret, sent, StringComparison.OrdinalIgnoreCase));
        Assert.Empty(host.Errors);
    }

    [Fact]
    public async Task Without_an_endpoint_none_of_it_is_loaded()
    {
        await using var host = await SelfHostProcess.StartAsync(_folder.Path, ("OTEL_SERVICE_NAME", "alone"));

        using var answer = await host.Http.GetAsync("/health/live");

        Assert.True(answer.IsSuccessStatusCode);
        if (OperatingSystem.IsLinux())
        {
            var loaded = await File.ReadAllTextAsync($"/proc/{host.Id}/maps");
            Assert.Contains("LicenseFunctions.SelfHost.dll", loaded, StringComparison.Ordinal);
            Assert.DoesNotContain("OpenTelemetry", loaded, StringComparison.Ordinal);
        }
    }
}
