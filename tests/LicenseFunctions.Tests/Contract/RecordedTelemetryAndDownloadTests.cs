using System.Net.Http.Json;
using System.Text.Json;
using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.Contract;

/// <summary>What two published clients really send, replayed as it was recorded.</summary>
public sealed class RecordedTelemetryAndDownloadTests
{
    private static readonly Dictionary<string, int> Documented = new(StringComparer.Ordinal)
    {
        ["send-telemetry"] = 830,
        ["get-telemetry-data"] = 970,
        ["access-downloadables"] = 600,
    };

    [Theory]
    [InlineData("php", "shop.example.com")]
    [InlineData("js", "js.example.com")]
    public async Task Each_request_gets_its_documented_success(string client, string identifier)
    {
        using var folder = new TemporaryFolder();
        await using var host = await GivenDownloads.StartAsync(folder);
        var product = await host.ProductAsync();
        await host.ReleaseAsync(product, "1.0.2");
        await host.ActiveLicenseAsync(product, identifier, draft => draft with { Key = "KEY-1" });
        var replayed = 0;

        foreach (var recorded in Recorded().Where(each => each.GetProperty("client").GetString() == client))
        {
            var path = recorded.GetProperty("path").GetString()!;
            if (!Documented.TryGetValue(path.Split('?')[0].Split('/')[^1], out var code))
                continue;
            var answer = await host.SendAsync(RequestOf(recorded, host.ApiKey), apiKey: null);
            Assert.Equal($"{code}", answer.Code);
            if (code == 970)
                Assert.Equal(0, Assert.Single(answer.Response.GetProperty("data").EnumerateArray()).GetProperty("has_red_flags").GetInt32());
            if (code == 600)
                Assert.Equal("1.0.2", await host.Http.GetStringAsync(new Uri(answer.Response.GetProperty("downloadables")[0].GetProperty("url").GetString()!)));
            replayed++;
        }

        Assert.Equal(3, replayed);
    }

    private static IEnumerable<JsonElement> Recorded()
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "TestData", "contract", "client-requests.json")));
        return [.. document.RootElement.Clone().EnumerateArray()];
    }

    private static HttpRequestMessage RequestOf(JsonElement recorded, string apiKey)
    {
        string Filled(string text) => text.Replace("API_KEY", apiKey, StringComparison.Ordinal);
        var request = new HttpRequestMessage(new(recorded.GetProperty("method").GetString()!), Filled(recorded.GetProperty("path").GetString()!));
        if (recorded.GetProperty("body") is { ValueKind: JsonValueKind.Object } body)
            request.Content = JsonContent.Create(JsonDocument.Parse(Filled(body.GetRawText())).RootElement);
        foreach (var header in recorded.GetProperty("headers").EnumerateObject().Where(each => each.Name != "Content-Type"))
            request.Headers.TryAddWithoutValidation(header.Name, Filled(header.Value.GetString()!));
        return request;
    }
}
