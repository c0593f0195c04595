using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.Observability;

public sealed class ServerTimingTests
{
    private const string Domain = "d.example";

    [Fact]
    public async Task On_request_of_the_setting_an_answer_says_what_it_took()
    {
        using var folder = new TemporaryFolder();
        await using var host = await SelfHostProcess.StartAsync(
            folder.Path, ("Storage__Path", folder["licenses.db"]), ("Signing__Path", folder["keys"]), ("Diagnostics__ServerTiming", "true"));

        var signed = await TimingAsync(host.Http, "unknown", HttpMethod.Post, "/api/v1/verify", "unknown");
        var domain = await TimingAsync(host.Http, "unknown", HttpMethod.Get, $"/verify?license_key=unknown&domain={Domain}", null);

        Assert.Matches("""^total;dur=[0-9.]+, store;desc="[1-9] trips, [1-9] operations", sign;desc="(made|reused)"$""", signed);
        Assert.Matches("""^total;dur=[0-9.]+, store;desc="[1-9] trips, [1-9] operations"$""", domain);
    }

    [Fact]
    public async Task Without_it_no_answer_does()
    {
        await using var host = await ApiHost.StartAsync();

        Assert.Null(await TimingAsync(host.Http, host.ApiKey, HttpMethod.Post, "/api/v1/verify", "unknown"));
    }

    private static async Task<string?> TimingAsync(HttpClient http, string apiKey, HttpMethod method, string path, string? licenseKey)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.Authorization = new("Bearer", apiKey);
        if (licenseKey is not null)
            request.Content = new FormUrlEncodedContent([KeyValuePair.Create("license_key", licenseKey), KeyValuePair.Create("identifier", Domain)]);
        using var response = await http.SendAsync(request);
        return response.Headers.TryGetValues("Server-Timing", out var values) ? string.Join(", ", values) : null;
    }
}
