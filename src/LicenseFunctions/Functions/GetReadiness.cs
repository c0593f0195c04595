using LicenseFunctions.Health;
using LicenseFunctions.Http;
using Microsoft.Azure.Functions.Worker;

namespace LicenseFunctions.Functions;

/// <summary>GET /health/ready: 200 while the store takes writes and the global key signs; else 503, which says what does not.</summary>
public sealed class GetReadiness(Readiness readiness)
{
    [Function(nameof(GetReadiness))]
    public async Task<IResult> Run([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "health/ready")] HttpRequest request)
    {
        var report = await readiness.CheckAsync().ConfigureAwait(false);
        return new HealthAnswer(
            report.IsReady ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable,
            $$"""{"status":"{{Word(report.IsReady)}}","store":"{{Word(report.Store)}}","signing":"{{Word(report.Signing)}}"}""");
    }

    private static string Word(bool isWell) => isWell ? "ok" : "unavailable";
}
