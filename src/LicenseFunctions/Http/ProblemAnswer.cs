using System.Globalization;
using System.Text.Json;
using LicenseFunctions.Limits;

namespace LicenseFunctions.Http;

/// <summary>A problem document (RFC 9457), for what the contracts have no answer for. Never a stack trace.</summary>
public sealed class ProblemAnswer(int status, string title, string detail, TimeSpan? retryAfter = null) : ICodedResult
{
    public int Status => status;

    public string Detail => detail;

    string ICodedResult.Code => status.ToString(CultureInfo.InvariantCulture);

    LimitKind ICodedResult.LimitedBy => LimitKind.None;

    public static ProblemAnswer From(UnreadableRequest unreadable) => new(unreadable.Status, unreadable.Status switch
    {
        StatusCodes.Status413PayloadTooLarge => "The body is too large",
        StatusCodes.Status415UnsupportedMediaType => "The body is of a type that is not understood",
        StatusCodes.Status422UnprocessableEntity => "The Idempotency-Key belongs to another request",
        _ => "The request could not be read",
    }, unreadable.Detail);

    public static ProblemAnswer Unavailable(string detail, TimeSpan retryAfter) =>
        new(StatusCodes.Status503ServiceUnavailable, "Try again shortly", detail, retryAfter);

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = status;
        response.ContentType = "application/problem+json";
        response.Headers.CacheControl = "no-store";
        response.Headers.XContentTypeOptions = "nosniff";
        if (retryAfter is { } wait)
            response.Headers.RetryAfter = Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        var document = JsonSerializer.SerializeToUtf8Bytes(new(title, status, detail), ProblemJson.Default.ProblemDocument);
        response.ContentLength = document.Length;
        await response.Body.WriteAsync(document, httpContext.RequestAborted).ConfigureAwait(false);
    }
}

internal sealed record ProblemDocument(string Title, int Status, string Detail)
{
    public string Type { get; } = "about:blank";
}

[System.Text.Json.Serialization.JsonSerializable(typeof(ProblemDocument))]
[System.Text.Json.Serialization.JsonSourceGenerationOptions(PropertyNamingPolicy = System.Text.Json.Serialization.JsonKnownNamingPolicy.CamelCase)]
internal sealed partial class ProblemJson : System.Text.Json.Serialization.JsonSerializerContext;
