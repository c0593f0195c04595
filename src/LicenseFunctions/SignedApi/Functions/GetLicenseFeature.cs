using LicenseFunctions.Http;
using LicenseFunctions.Licensing;
using Microsoft.Azure.Functions.Worker;

namespace LicenseFunctions.SignedApi.Functions;

/// <summary>
/// GET /api/v1/licenses/{license_key}/features/{feature}: 200 with the value that the license has. A feature that the
/// product does not have is not enabled. An expired license is told too; only verifying, activating and downloads are not.
/// </summary>
public sealed class GetLicenseFeature(SignedApiGate gate, Licenses licenses, ProductFeatures features)
{
    [Function(nameof(GetLicenseFeature))]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/v1/licenses/{licenseKey}/features/{feature}")] HttpRequest request,
        string licenseKey,
        string feature,
        CancellationToken cancel) =>
        gate.AnswerFromLicenseAsync(
            request, Capability.GetLicenseFeature, (_, license) => licenses.ReadAsync(license),
            (_, reading) => AnswerAsync(reading, Stored(feature), cancel),
            cancel, pathKey: Stored(licenseKey));

    /// <summary>What stands in the path, as a field would be read.</summary>
    private static string Stored(string segment) => RequestFields.WithoutSeparators(PathSegment.Decode(segment));

    private async Task<SignedAnswer> AnswerAsync(LicenseReading reading, string key, CancellationToken cancel)
    {
        var feature = await features.FindAsync(reading.Product!.Id, key, cancel).ConfigureAwait(false);
        var value = feature?.ValueFor(reading.License!.Features);
        return SignedCall.AnswerFor(reading.Product, ResultCodes.ValidLicenseKey, json => json
            .Field("feature", key)
            .Name("enabled").Truth(value?.IsEnabled == true)
            .Name("value").Value(value));
    }
}
