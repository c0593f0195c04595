using System.Text;
using System.Text.Json;
using LicenseFunctions.Licensing;
using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.SignedApi;

/// <summary>What the two published clients really send about generators, random assignment and contracts, replayed as recorded.</summary>
public sealed class RecordedStockRequestsTests
{
    private static readonly Dictionary<string, string> Expected = new(StringComparer.Ordinal)
    {
        ["get-all-generators"] = "820",
        ["generate"] = "815",
        ["create-license-keys"] = "900",
        ["random-assign-license-keys"] = "803",
        ["random-assign-license-keys-queued"] = "807",
        ["create-contract"] = "841",
        ["get-all-contracts"] = "846",
        ["update-contract"] = "842",
        ["delete-contract"] = "843",
    };

    [Theory]
    [InlineData("php", 9)]
    [InlineData("js", 8)]
    public async Task Every_request_of_a_client_succeeds(string client, int count)
    {
        await using var host = await ApiHost.StartAsync();
        var product = await host.ProductAsync();
        var generator = await host.GeneratorAsync(product);
        var served = 0;
        foreach (var recorded in Recorded().Where(each => each.GetProperty("client").GetString() == client))
        {
            var path = recorded.GetProperty("path").GetString()!;
            if (!Expected.TryGetValue(path.Split('?')[0].Split("v1/")[1], out var code))
                continue;
            var answer = await host.SendAsync(Request(recorded, Fill), null);
            Assert.True(answer.Code == code, $"{path} answered {answer.Body}");
            served++;
        }

        Assert.Equal(count, served);

        string Fill(string text) => text
            .Replace("API_KEY", host.ApiKey, StringComparison.Ordinal)
            .Replace("11111111-1111-4111-8111-111111111111", product.Uuid, StringComparison.Ordinal)
            .Replace("22222222-2222-4222-8222-222222222222", generator.Uuid, StringComparison.Ordinal)
            .Replace("UUID", Guid.NewGuid().ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_overrides_of_the_recorded_generate_are_honoured()
    {
        await using var host = await ApiHost.StartAsync();
        var generator = await host.GeneratorAsync(await host.ProductAsync());
        var recorded = Recorded().First(each => each.GetProperty("path").GetString() == "/api/v1/generate");

        var answer = await host.SendAsync(Request(recorded, text => text
            .Replace("API_KEY", host.ApiKey, StringComparison.Ordinal)
            .Replace("22222222-2222-4222-8222-222222222222", generator.Uuid, StringComparison.Ordinal)), null);

        var keys = answer.Response.GetProperty("licenseKeys").EnumerateArray().Select(key => key.GetString()!).ToArray();
        Assert.Equal(3, keys.Length);
        var license = (await host.LicenseOfAsync(keys[0]))!;
        Assert.Equal((2, 30, LicenseStatus.Available), (license.ActivationLimit, license.ValidityDays, license.Status));
    }

    private static JsonElement.ArrayEnumerator Recorded() => JsonDocument.Parse(
        File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "TestData", "contract", "client-requests.json"))).RootElement.EnumerateArray();

    private static HttpRequestMessage Request(JsonElement recorded, Func<string, string> fill)
    {
        var request = new HttpRequestMessage(new(recorded.GetProperty("method").GetString()!), fill(recorded.GetProperty("path").GetString()!));
        if (recorded.GetProperty("body").ValueKind == JsonValueKind.Object)
            request.Content = new StringContent(fill(recorded.GetProperty("body").GetRawText()), Encoding.UTF8, "application/json");
        foreach (var header in recorded.GetProperty("headers").EnumerateObject().Where(header => header.Name != "Content-Type"))
            request.Headers.TryAddWithoutValidation(header.Name, fill(header.Value.GetString()!));
        return request;
    }
}
