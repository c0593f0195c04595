namespace LicenseFunctions.DomainApi;

/// <summary>One failure of the domain API: its code, its sentence, its HTTP status.</summary>
public sealed record DomainError(string Code, string Message, int HttpStatus = StatusCodes.Status422UnprocessableEntity)
{
    /// <summary>The document of the failure, written when it is first asked for.</summary>
    internal byte[] Body => field ??= DomainAnswer.Json(json =>
    {
        json.WriteBoolean("success", false);
        json.WriteString("error", Code);
        json.WriteString("message", Message);
    });

    /// <summary>The same as a verification says it.</summary>
    internal byte[] NotValidBody => field ??= DomainAnswer.Json(json =>
    {
        json.WriteBoolean("valid", false);
        json.WriteString("error", Code);
    });
}

/// <summary>The one table of the domain API's failures.</summary>
public static class DomainErrors
{
    public static readonly DomainError InvalidKey =
        new("invalid_key", "The provided license key does not exist.", StatusCodes.Status404NotFound);

    public static readonly DomainError Expired = new("expired", "This license has expired and cannot be activated.");
    public static readonly DomainError Suspended = new("suspended", "This license has been suspended.");
    public static readonly DomainError Revoked = new("revoked", "This license has been revoked and cannot be activated.");
    public static readonly DomainError DomainNotFound = new("domain_not_found", "The specified domain is not activated on this license.");
    public static readonly DomainError InvalidDomain = new("invalid_domain", "The specified domain is not activated on this license.");

    public static readonly DomainError DomainLimitReached =
        new("domain_limit_reached", "This license has reached its maximum number of activated domains.");

    public static readonly DomainError RateLimitExceeded =
        new("rate_limit_exceeded", "Too many requests. Please try again later.", StatusCodes.Status429TooManyRequests);
}
