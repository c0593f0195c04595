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
        CancellationToken cancel) =>
        gate.AnswerFromLicenseAsync(
            request, Capability.AccessDownloadables, (_, license) => licenses.ReadGoodAsync(license),
            (_, reading) => AnswerAsync(request, reading, cancel), cancel);

    private async Task<SignedAnswer> AnswerAsync(HttpRequest request, LicenseReading reading, CancellationToken cancel)
    {
        if (!reading.IsActive)
            return SignedCall.AnswerFor(reading.Product, ResultCodes.NoActivation);
        var (licenseKey, identifier) = (reading.Request.LicenseKey, reading.Request.Identifier!);
        var versions = await downloads.ListAsync(reading.License!.ProductId, publishedOnly: true, cancel).ConfigureAwait(false);
        var token = await tokens.IssueAsync(licenseKey, identifier, cancel).ConfigureAwait(false);
        return SignedCall.AnswerFor(reading.Product, ResultCodes.Downloads, json =>
        {
            json.Name("downloadables").Open('[');
            foreach (var version in versions)
                Write(json, version, DownloadPath.Address(request, token, licenseKey, identifier, version.NumericVersion));
            json.Close(']');
        });
    }

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
