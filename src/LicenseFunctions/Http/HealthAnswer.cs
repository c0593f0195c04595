using System.Text;

namespace LicenseFunctions.Http;

/// <summary>What is told of the health of this instance: JSON that nobody may keep.</summary>
public sealed class HealthAnswer(int status, string json) : IResult
{
    private readonly byte[] _body = Encoding.ASCII.GetBytes(json);

    public Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = status;
        response.ContentType = "application/json";
        response.ContentLength = _body.Length;
        response.Headers.CacheControl = "no-store";
        response.Headers.XContentTypeOptions = "nosniff";
        if (status == StatusCodes.Status503ServiceUnavailable)
            response.Headers.RetryAfter = "1";
        return response.Body.WriteAsync(_body, httpContext.RequestAborted).AsTask();
    }
}
