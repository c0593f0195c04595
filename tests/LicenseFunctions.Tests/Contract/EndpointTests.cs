using System.Reflection;
using System.Text.Json;
using LicenseFunctions.Http;
using LicenseFunctions.SignedApi;
using LicenseFunctions.Tests.Support;
using Microsoft.AspNetCore.Routing;

namespace LicenseFunctions.Tests.Contract;

public sealed class EndpointTests
{
    private static IEnumerable<JsonElement> Documented => ContractData.SignedApi.GetProperty("endpoints").EnumerateArray();

    public static TheoryData<string> Capabilities => [.. Capability.All];

    [Theory]
    [MemberData(nameof(Capabilities))]
    public void A_capability_is_the_path_of_a_documented_endpoint_that_is_served_by_its_method(string capability)
    {
        var documented = ContractEndpoint.Of(capability);

        var function = new FunctionCatalog().Find(documented.Method.Method, documented.Path, new RouteValueDictionary());

        Assert.NotNull(function);
        Assert.DoesNotContain("Alias", function.Name, StringComparison.Ordinal);
    }

    [Fact]
    public void All_capabilities_are_listed_in_order()
    {
        var declared = typeof(Capability).GetFields(BindingFlags.Public | BindingFlags.Static)
            .Where(field => field.IsLiteral).Select(field => (string)field.GetRawConstantValue()!);

        Assert.Equal(declared.Order(StringComparer.Ordinal), Capability.All);
    }

    [Fact]
    public void Every_documented_code_has_its_documented_message_and_status()
    {
        foreach (var result in Documented.SelectMany(each => each.GetProperty("documented_results").EnumerateArray()))
        {
            var response = result.GetProperty("response");
            if (!response.TryGetProperty("message", out var message) || IsBesideTheTable(message.GetString()!))
                continue;
            var code = response.GetProperty("code");
            var number = code.ValueKind == JsonValueKind.String ? int.Parse(code.GetString()!, null) : code.GetInt32();
            var ours = ResultCodesByNumber.All.Single(each => each.Code == number && each.HttpStatus != 429 && !IsBesideTheTable(each.Message));
            Assert.Equal(message.GetString(), ours.Message);
            Assert.Equal(result.GetProperty("http").GetInt32(), ours.HttpStatus);
            Assert.Equal(code.ValueKind == JsonValueKind.String, ours.IsTextCode);
        }
    }

    /// <summary>Messages that belong to an endpoint, see the contract.</summary>
    private static bool IsBesideTheTable(string message) => message is "Telemetry data retrieved" or "No telemetry data found";
}
