using LicenseFunctions.Http;
using LicenseFunctions.Licensing;
using Microsoft.Azure.Functions.Worker;

namespace LicenseFunctions.SignedApi.Functions;

/// <summary>
/// GET /api/v1/products/{slug}/changelog: as get-product-changelog, but for anybody, without an API key. So it has no
/// capability either; calls are counted by client address.
/// </summary>
public sealed class GetPublicChangelog(SignedApiGate gate, Changelogs changelogs, Products products)
{
    [Function(nameof(GetPublicChangelog))]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/v1/products/{slug}/changelog")] HttpRequest request,
        string slug,
        CancellationToken cancel) =>
        gate.AnswerAnybodyAsync(
            request, "products/changelog",
            token => changelogs.AnswerAsync(() => products.FindByNameAsync(null, PathSegment.Decode(slug), token), token), cancel);
}
