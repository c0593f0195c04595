using Microsoft.Azure.Functions.Worker;

namespace LicenseFunctions.SignedApi.Functions;

/// <summary>GET /api/v1/get-product-changelog: 1600 with the published versions, 1601 and 1602 switched off; see <see cref="Changelogs"/>.</summary>
public sealed class GetProductChangelog(SignedApiGate gate, Changelogs changelogs, ProductReference products)
{
    [Function(nameof(GetProductChangelog))]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/v1/get-product-changelog")] HttpRequest request,
        CancellationToken cancel) =>
        gate.AnswerAsync(
            request, Capability.GetProductChangelog,
            (call, token) => changelogs.AnswerAsync(() => products.FindAsync(call.Fields, token), token), cancel);
}
