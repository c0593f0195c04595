using System.Text.Json;
using LicenseFunctions.Http;
using LicenseFunctions.Storage;
using LicenseFunctions.Tests.Support;
using Microsoft.AspNetCore.Routing;

namespace LicenseFunctions.Tests.Contract;

/// <summary>Walks the published contract: every path is served, and every documented result is produced in its documented form.</summary>
public sealed class DocumentedResultsTests
{
    private static IEnumerable<JsonElement> Endpoints => ContractData.SignedApi.GetProperty("endpoints").EnumerateArray();

    private static IEnumerable<JsonElement> AllEndpoints =>
        Endpoints.Concat(ContractData.SignedApi.GetProperty("also_called_by_existing_clients").EnumerateArray());

    /// <summary>The results by name: the endpoint, the code, and the how-manieth where a code is documented more than once.</summary>
    private static IEnumerable<(string Name, string Method, JsonElement Result)> Documented =>
        from endpoint in Endpoints
        let path = endpoint.GetProperty("path").GetString()!["/api/v1/".Length..]
        from each in endpoint.GetProperty("documented_results").EnumerateArray()
            .GroupBy(result => result.GetProperty("response").GetProperty("code").ToString())
        from result in each.Select((result, i) => (Result: result, Name: $"{path} {each.Key}" + (i == 0 ? "" : $" #{i + 1}")))
        select (result.Name, endpoint.GetProperty("method").GetString()!, result.Result);

    [Fact]
    public void Every_documented_path_is_a_function_of_that_method()
    {
        var catalog = new FunctionCatalog();

        Assert.All(AllEndpoints, endpoint =>
        {
            var route = endpoint.GetProperty("path").GetString()!.TrimStart('/');
            var function = Assert.Single(catalog.All, each => each.Route.Replace("{licenseKey}", "{license_key}", StringComparison.Ordinal) == route);
            Assert.True(function.Takes(endpoint.GetProperty("method").GetString()!), route);
        });
    }

    [Theory]
    [InlineData("/api/v1/")]
    [InlineData("/v1/")]
    public async Task Every_documented_path_answers_an_envelope(string prefix)
    {
        await using var host = await ApiHost.StartAsync();
        foreach (var endpoint in AllEndpoints)
        {
            var path = string.Join('/', endpoint.GetProperty("path").GetString()!.Split('/').Select(part => part.StartsWith('{') ? "x" : part));
            using var request = new HttpRequestMessage(
                HttpMethod.Parse(endpoint.GetProperty("method").GetString()!), path.Replace("/api/v1/", prefix, StringComparison.Ordinal));

            var answer = await host.SendAsync(request, host.ApiKey);

            Assert.True(answer.Body.ValueKind == JsonValueKind.Object, $"{path} answered {answer.Status} without an envelope.");
        }
    }

    [Fact]
    public void Every_documented_result_has_a_scenario_and_every_scenario_a_result() =>
        Assert.Equal(Documented.Select(each => each.Name).Order(StringComparer.Ordinal), Scenarios.All.Keys.Order(StringComparer.Ordinal));

    [Fact]
    public Task Every_documented_result_is_produced_on_SQLite() => WalkAsync(null);

    [AzuriteFact]
    public async Task Every_documented_result_is_produced_on_Azure_Tables() => await WalkAsync(await Azurite.NewStoreAsync());

    private static async Task WalkAsync(ITableStore? store)
    {
        await using var walk = await Walk.StartAsync(store);
        var deviations = new List<string>();
        foreach (var (name, method, documented) in Documented)
        {
            var answer = await Scenarios.All[name](walk);
            var request = answer.Http.RequestMessage!;
            Assert.Equal(name.Split(' ')[0], request.RequestUri!.AbsolutePath["/api/v1/".Length..]);
            Assert.Equal(method, request.Method.Method);
            deviations.AddRange(Deviations(documented, answer).Select(deviation => $"{name}: {deviation}"));
        }

        Assert.True(deviations.Count == 0, string.Join('\n', deviations));
    }

    private static List<string> Deviations(JsonElement documented, SignedReply answer)
    {
        if (answer.Body.ValueKind != JsonValueKind.Object)
            return [$"answered {answer.Status} without an envelope"];
        var key = documented.GetProperty("key").GetString()!;
        // The scenarios' products have a key of their own: an answer signed by it cannot be mistaken for a global one.
        var signer = key == "product" ? Walk.OwnKey : key;
        List<string> deviations = [.. DocumentedForm.Deviations(documented.GetProperty("response"), answer.Response)];
        if (answer.Status != documented.GetProperty("http").GetInt32())
            deviations.Add($"HTTP status {answer.Status}");
        if (answer.SignedBy != signer || answer.Body.GetProperty("private_key_used").GetString() != key)
            deviations.Add($"signed by {answer.SignedBy}, documented {key}");
        var names = string.Join(' ', answer.Body.EnumerateObject().Select(field => field.Name));
        if (names != "response response_base64 private_key_used signature")
            deviations.Add($"the envelope has {names}");
        return deviations;
    }
}
