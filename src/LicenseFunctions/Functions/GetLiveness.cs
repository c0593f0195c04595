using LicenseFunctions.Http;
using Microsoft.Azure.Functions.Worker;

namespace LicenseFunctions.Functions;

/// <summary>GET /health/live: this process answers. It touches nothing, so a store that is down restarts nobody.</summary>
public sealed class GetLiveness
{
    private static readonly HealthAnswer Alive = new(StatusCodes.Status200OK, """{"status":"ok"}""");

    [Function(nameof(GetLiveness))]
    public Task<IResult> Run([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "health/live")] HttpRequest request) =>
        Task.FromResult<IResult>(Alive);
}
