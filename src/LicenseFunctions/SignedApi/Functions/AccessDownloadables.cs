using LicenseFunctions.Licensing;
using Microsoft.Azure.Functions.Worker;

namespace LicenseFunctions.SignedApi.Functions;

/// <summary>
/// POST /api/v1/access-downloadables: 600 with the published versions, newest first, and where each can be downloaded for
/// an hour; 202 the identifier is not active on the license.
/// </summary>
public sealed class AccessDownloadables(SignedApiGate gate, Licenses licenses, Downloads downloads, DownloadTokens tokens)
{
    [Function(nameof(AccessDownloadables))]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/v1/access-downloadables")] HttpRequest request,
        CancellationToken cancel)
    {
        IReadOnlyList<Download> versions = [];
        var token = "";
        return gate.AnswerForLicenseAsync(request, Capability.AccessDownloadables, async (_, license) =>
        {
            var reading = await licenses.ReadGoodAsync(license).ConfigureAwait(false);
            if (reading.IsActive)
            {
                versions = await downloads.ListAsync(reading.License!.ProductId, publishedOnly: true, cancel).ConfigureAwait(false);
                token = await tokens.IssueAsync(license.LicenseKey, license.Identifier!, cancel).ConfigureAwait(false);
            }

            return reading;
        }, (_, reading) => Answer(reading, versions, version =>
            DownloadPath.Address(request, token, reading.Request.LicenseKey, reading.Request.Identifier!, version)), cancel);
    }

    private static SignedAnswer Answer(LicenseReading reading, IReadOnlyList<Download> versions, Func<long, string> address) => !reading.IsActive
        ? SignedCall.AnswerFor(reading.Product, ResultCodes.NoActivation)
        : SignedCall.AnswerFor(reading.Product, ResultCodes.Downloads, json =>
        {
            json.Name("downloadables").Open('[');
            foreach (var version in versions)
                Write(json, version, address(version.NumericVersion));
            json.Close(']');
        });

    private static void Write(WireJson json, Download version, string url) => json.Open('{')
        .Field("id", version.Id)
        .Field("product_id", version.ProductId)
        .Field("numeric_version", version.NumericVersion)
        .Field("version", version.Version)
        .Field("update_summary", version.UpdateSummary)
        .Field("changelog", version.Changelog)
        .Field("published", version.IsPublished ? 1 : 0)
        .Field("release_date", WireTime.Plain(version.ReleaseDate))
        .Field("download_counter", version.DownloadCounter)
        .Field("url", url)
        .Close('}');
}
