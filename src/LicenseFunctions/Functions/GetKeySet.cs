using LicenseFunctions.Http;
using LicenseFunctions.Signing;
using Microsoft.Azure.Functions.Worker;

namespace LicenseFunctions.Functions;

/// <summary>GET /.well-known/jwks.json: the public keys that answers are verified with (RFC 7517).</summary>
public sealed class GetKeySet(SigningKeys keys, ILogger<GetKeySet> logger)
{
    [Function(nameof(GetKeySet))]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = ".well-known/jwks.json")] HttpRequest request,
        CancellationToken cancel)
    {
        try
        {
            var document = await JsonWebKeySet.WriteAsync(keys, cancel).ConfigureAwait(false);
            request.HttpContext.Response.Headers.CacheControl = "public, max-age=60";
            request.HttpContext.Response.Headers.XContentTypeOptions = "nosniff";
            return Results.Bytes(document, JsonWebKeySet.ContentType);
        }
        catch (SigningUnavailableException e)
        {
            Log.Unavailable(logger, nameof(GetKeySet), e.Message);
            return ProblemAnswer.Unavailable("The keys cannot be read at the moment.", e.RetryAfter);
        }
    }
}
