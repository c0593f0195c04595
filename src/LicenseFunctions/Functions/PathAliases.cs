using LicenseFunctions.Http;
using Microsoft.Azure.Functions.Worker;

namespace LicenseFunctions.Functions;

/// <summary>
/// Other paths of the same endpoints: published clients drop the <c>/api</c> before <c>/v1</c>, or call the domain API
/// below <c>/api/license</c>. A function has one route, so these two pass a request on by its path.
/// </summary>
public sealed class PathAliases(FunctionCatalog catalog)
{
    private const string ShortPrefix = "/v1";
    private const string LicensePrefix = "/api/license";

    [Function("SignedApiAlias")]
    public Task<IResult> PassOnSigned(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "post", Route = "v1/{*path}")] HttpRequest request) =>
        PassOnAsync(request, ShortPrefix, "/api/v1");

    [Function("DomainApiAlias")]
    public Task<IResult> PassOnDomain(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "post", "options", Route = "api/license/{*path}")] HttpRequest request) =>
        PassOnAsync(request, LicensePrefix, "");

    private Task<IResult> PassOnAsync(HttpRequest request, string from, string to)
    {
        if (!request.Path.StartsWithSegments(from, StringComparison.OrdinalIgnoreCase, out var rest) || !IsDomainPath(to, rest))
            return Task.FromResult((IResult)new NotFound());
        var path = new PathString(to).Add(rest);
        request.RouteValues.Clear();
        return catalog.Find(request.Method, path, request.RouteValues) is { } function
            ? function.InvokeAsync(request.HttpContext)
            : Task.FromResult((IResult)new NotFound());
    }

    /// <summary>Below the domain API's prefix stand its four endpoints and nothing else, least of all these aliases.</summary>
    private static bool IsDomainPath(string to, PathString rest) =>
        to.Length > 0 || rest.Value?.TrimEnd('/') is "/activate" or "/verify" or "/deactivate" or "/status";
}
