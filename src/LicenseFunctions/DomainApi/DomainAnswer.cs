using System.Buffers;
using System.Globalization;
using System.Text.Json;
using LicenseFunctions.Http;
using LicenseFunctions.Limits;

namespace LicenseFunctions.DomainApi;

/// <summary>An answer of the domain API: JSON, open to every origin, with the figures of its limit.</summary>
public sealed class DomainAnswer(int status, byte[] body) : ICodedResult
{
    public const string ContentType = "application/json";
    public const string CacheControl = "no-store";

    public int Status => status;

    public ReadOnlyMemory<byte> Body => body;

    /// <summary>Set where the caller asked for a signature.</summary>
    public AnswerSignature? Signature { get; private init; }

    /// <summary>The failure, when it is one.</summary>
    public DomainError? Error { get; private init; }

    public string Code => Error?.Code ?? "ok";

    public LimitKind LimitedBy { get; private init; }

    /// <summary>The window that the request was counted in.</summary>
    public WindowVerdict Limit { get; init; }

    /// <summary>The instant of the answer, for the seconds to wait.</summary>
    public DateTimeOffset Now { get; init; }

    public static DomainAnswer Success(Action<Utf8JsonWriter> write) => new(StatusCodes.Status200OK, Json(write));

    /// <summary>A document that is answered as it is.</summary>
    public static DomainAnswer Success(byte[] body) => new(StatusCodes.Status200OK, body);

    public static DomainAnswer Failure(DomainError error) => new(error.HttpStatus, error.Body) { Error = error };

    /// <summary>A failed verification; known keys answer 200.</summary>
    public static DomainAnswer NotValid(DomainError error) =>
        new(error.HttpStatus == StatusCodes.Status404NotFound ? error.HttpStatus : StatusCodes.Status200OK, error.NotValidBody) { Error = error };

    /// <summary>A body or a query that is not what the endpoint takes.</summary>
    public static DomainAnswer Invalid(IReadOnlyList<(string Field, string Message)> errors)
    {
        var others = errors.Count - 1;
        var message = errors[0].Message + others switch
        {
            0 => "",
            1 => " (and 1 more error)",
            _ => string.Create(CultureInfo.InvariantCulture, $" (and {others} more errors)"),
        };
        var error = new DomainError("validation_error", message);
        return new(error.HttpStatus, Json(json => WriteInvalid(json, error, errors))) { Error = error };
    }

    public DomainAnswer With(WindowVerdict limit, DateTimeOffset now, LimitKind limitedBy = LimitKind.None) =>
        new(status, body) { Error = Error, Limit = limit, LimitedBy = limitedBy, Now = now, Signature = Signature };

    public DomainAnswer SignedBy(AnswerSignature signature) =>
        new(status, body) { Error = Error, Limit = Limit, LimitedBy = LimitedBy, Now = Now, Signature = signature };

    public Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = status;
        response.ContentType = ContentType;
        response.ContentLength = body.Length;
        response.Headers.CacheControl = CacheControl;
        response.Headers.XContentTypeOptions = "nosniff";
        Cors.Allow(response);
        Show(response, Limit);
        Show(response, Signature);
        if (status == StatusCodes.Status429TooManyRequests)
            response.Headers.RetryAfter = RetryAfterSeconds.ToString(CultureInfo.InvariantCulture);
        return response.Body.WriteAsync(body, httpContext.RequestAborted).AsTask();
    }

    /// <summary>Writes the figures of a window into the headers, where there is a limit.</summary>
    internal static void Show(HttpResponse response, WindowVerdict limit)
    {
        if (!limit.IsLimited)
            return;
        response.Headers["X-RateLimit-Limit"] = limit.Limit.ToString(CultureInfo.InvariantCulture);
        response.Headers["X-RateLimit-Remaining"] = limit.Remaining.ToString(CultureInfo.InvariantCulture);
    }

    private static void Show(HttpResponse response, AnswerSignature? signature)
    {
        if (signature is null)
            return;
        response.Headers["Content-Digest"] = signature.ContentDigest;
        response.Headers["Signature-Input"] = signature.Input;
        response.Headers["Signature"] = signature.Signature;
        response.Headers.AccessControlExposeHeaders = $"{response.Headers.AccessControlExposeHeaders}, Content-Digest, Signature-Input, Signature";
    }

    private long RetryAfterSeconds => Math.Max(1, (Limit.FreeAt - Now.ToUnixTimeMilliseconds() + 999) / 1000);

    private static void WriteInvalid(Utf8JsonWriter json, DomainError error, IReadOnlyList<(string Field, string Message)> errors)
    {
        json.WriteBoolean("success", false);
        json.WriteString("error", error.Code);
        json.WriteString("message", error.Message);
        json.WriteStartObject("errors");
        foreach (var field in errors.GroupBy(each => each.Field))
        {
            json.WriteStartArray(field.Key);
            foreach (var (_, message) in field)
                json.WriteStringValue(message);
            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    internal static byte[] Json(Action<Utf8JsonWriter> write)
    {
        var buffer = t_buffer ??= new ArrayBufferWriter<byte>(512);
        var json = t_json ??= new Utf8JsonWriter(buffer, Options);
        buffer.ResetWrittenCount();
        json.Reset();
        json.WriteStartObject();
        write(json);
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    // One answer at a time is written on a thread.
    [ThreadStatic]
    private static ArrayBufferWriter<byte>? t_buffer;

    [ThreadStatic]
    private static Utf8JsonWriter? t_json;

    /// <summary>As the existing service writes JSON: quotes and control characters escaped, nothing else for HTML's sake.</summary>
    private static readonly JsonWriterOptions Options = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}
