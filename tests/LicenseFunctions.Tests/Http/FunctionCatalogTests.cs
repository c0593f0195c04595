using System.Reflection;
using LicenseFunctions.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Azure.Functions.Worker;

namespace LicenseFunctions.Tests.Http;

public sealed class FunctionCatalogTests
{
    private readonly FunctionCatalog _catalog = new();

    [Fact]
    public void Every_function_is_where_the_catalog_looks()
    {
        var functions = typeof(FunctionCatalog).Assembly.GetTypes()
            .SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly))
            .Select(method => method.GetCustomAttribute<FunctionAttribute>()?.Name).OfType<string>();
        var found = _catalog.All.Select(function => function.Name)
            .Concat(FunctionCatalog.Triggered<TimerTriggerAttribute>().Select(timer => timer.Name));

        Assert.Equal(functions.Order(StringComparer.Ordinal), found.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("POST", "/api/v1/verify", "VerifyLicenseKey")]
    [InlineData("post", "/API/v1/Verify/", "VerifyLicenseKey")]
    [InlineData("GET", "/api/v1/products/widget/changelog", "GetPublicChangelog")]
    [InlineData("GET", "/api/v1/products/widget/changelog/", "GetPublicChangelog")]
    [InlineData("POST", "/v1/verify", "SignedApiAlias")]
    [InlineData("POST", "/api/v1/verify//", null)]
    [InlineData("POST", "//api/v1/verify", null)]
    [InlineData("DELETE", "/api/v1/verify", null)]
    [InlineData("GET", "/api/v1/products//changelog", null)]
    [InlineData("GET", "/", null)]
    [InlineData("GET", "", null)]
    public void A_path_has_the_function_that_routing_would_find(string method, string path, string? name) =>
        Assert.Equal(name, _catalog.Find(method, path, [])?.Name);

    [Fact]
    public void The_parts_of_a_route_are_handed_on()
    {
        var values = new RouteValueDictionary();

        _catalog.Find("GET", "/api/v1/licenses/ABC-1/features/Export", values);

        Assert.Equal(("ABC-1", "Export"), (values["licenseKey"], values["feature"]));
    }
}
