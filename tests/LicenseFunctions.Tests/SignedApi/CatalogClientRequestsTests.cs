using System.Text;
using System.Text.Json;
using LicenseFunctions.Licensing;
using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.SignedApi;

/// <summary>What the two published clients really send about products, metadata, features and license files must succeed.</summary>
public sealed class CatalogClientRequestsTests : IAsyncLifetime
{
    private static readonly Dictionary<string, string> Expected = new()
    {
        ["get-all-products"] = "810",
        ["create-product-meta"] = "273",
        ["update-product-meta"] = "373",
        ["delete-product-meta"] = "482",
        ["get-license-key-details"] = "500",
        ["create-license-key-meta"] = "453",
        ["update-license-key-meta"] = "353",
        ["delete-license-key-meta"] = "252",
        ["licenses/KEY-1/features/api_access"] = "200",
        ["get-license-file"] = "200",
        ["products/test-product/changelog"] = "1600",
    };

    private ApiHost _host = null!;
    private Product _product = null!;

    public async Task InitializeAsync()
    {
        _host = await ApiHost.StartAsync();
        _product = await _host.ProductAsync(draft => draft with { Name = "Test product" });
        await _host.LicenseAsync(_product, draft => draft with { Key = "KEY-1" });
        foreach (var identifier in (string[])["shop.example.com", "js.example.com"])
            await _host.PostAsync("/api/v1/activate", ("license_key", "KEY-1"), ("identifier", identifier));
    }

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Theory]
    [InlineData("php", 11)]
    [InlineData("js", 9)]
    public async Task Each_recorded_request_of_a_client_succeeds(string client, int count)
    {
        var requests = Recorded(client).ToArray();
        Assert.Equal(count, requests.Length);
        foreach (var (method, path, headers, body) in requests)
        {
            using var request = new HttpRequestMessage(new(method), path);
            if (body is not null)
                request.Content = new StringContent(body, Encoding.UTF8, "application/json");
            foreach (var (name, value) in headers.Where(header => header.Name != "Content-Type"))
                request.Headers.TryAddWithoutValidation(name, value);

            var answer = await _host.SendAsync(request, null);

            Assert.Equal((path, Expected[Endpoint(path)]), (path, answer.Code));
        }
    }

    private IEnumerable<(string Method, string Path, List<(string Name, string Value)> Headers, string? Body)> Recorded(string client)
    {
        var file = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "TestData", "contract", "client-requests.json"))
            .Replace("API_KEY", _host.ApiKey, StringComparison.Ordinal)
            .Replace("11111111-1111-4111-8111-111111111111", _product.Uuid, StringComparison.Ordinal);
        return from request in JsonDocument.Parse(file).RootElement.EnumerateArray()
               where request.GetProperty("client").GetString() == client
               let path = request.GetProperty("path").GetString()!
               where Expected.ContainsKey(Endpoint(path))
               let headers = request.GetProperty("headers").EnumerateObject().Select(header => (header.Name, header.Value.GetString()!)).ToList()
               let body = request.GetProperty("body")
               select (request.GetProperty("method").GetString()!, path, headers, body.ValueKind == JsonValueKind.Null ? null : body.GetRawText());
    }

    private static string Endpoint(string path) => path.Split('?')[0].Split("/v1/")[1];
}
