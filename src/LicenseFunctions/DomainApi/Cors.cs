namespace LicenseFunctions.DomainApi;

/// <summary>Cross-origin rules of the domain API: any origin, no credentials.</summary>
public static class Cors
{
    public static void Allow(HttpResponse response)
    {
        response.Headers.AccessControlAllowOrigin = "*";
        response.Headers.AccessControlExposeHeaders = "X-RateLimit-Limit, X-RateLimit-Remaining, Retry-After";
    }

    /// <summary>The answer to a preflight request.</summary>
    public sealed class Preflight : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            var response = httpContext.Response;
            response.StatusCode = StatusCodes.Status204NoContent;
            Allow(response);
            response.Headers.XContentTypeOptions = "nosniff";
            response.Headers.AccessControlAllowMethods = "GET, POST, OPTIONS";
            response.Headers.AccessControlAllowHeaders = "Content-Type, Accept, Authorization, X-Requested-With, Accept-Signature, Content-Digest";
            response.Headers.AccessControlMaxAge = "86400";
            return Task.CompletedTask;
        }
    }
}
