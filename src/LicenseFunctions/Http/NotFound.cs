namespace LicenseFunctions.Http;

/// <summary>The answer to what is not served: no body, as from the Functions host.</summary>
public sealed class NotFound : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.StatusCode = StatusCodes.Status404NotFound;
        httpContext.Response.Headers.CacheControl = "no-store";
        httpContext.Response.Headers.XContentTypeOptions = "nosniff";
        return Task.CompletedTask;
    }
}
