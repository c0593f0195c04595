using LicenseFunctions.Licensing;
using Microsoft.Azure.Functions.Worker;

namespace LicenseFunctions.SignedApi.Functions;

/// <summary>
/// POST /api/v1/get-license-file: 200 with the file that a client reads offline, 202 the identifier is not active. Opened
/// with the key of get-product-public-key.
/// </summary>
public sealed class GetLicenseFile(SignedApiGate gate, Licenses licenses, ProductFeatures features, ProductOfflineKeys keys)
{
    [Function(nameof(GetLicenseFile))]
    public Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/v1/get-license-file")] HttpRequest request,
        CancellationToken cancel) =>
        gate.AnswerFromLicenseAsync(
            request, Capability.GetLicenseFile, (_, license) => licenses.ReadGoodAsync(license),
            (_, reading) => AnswerAsync(reading, cancel), cancel);

    private async Task<SignedAnswer> AnswerAsync(LicenseReading reading, CancellationToken cancel)
    {
        var product = reading.Product!;
        if (!reading.IsActive)
            return SignedCall.AnswerFor(product, ResultCodes.NoActivation);
        if (await keys.OpenAsync(product.Id, cancel).ConfigureAwait(false) is not { } key)
            return SignedCall.AnswerFor(product, ResultCodes.ProductInactive);
        var file = LicenseFile.Write(key, reading, await features.ListAsync(product.Id, cancel).ConfigureAwait(false));
        return SignedCall.AnswerFor(product, ResultCodes.ValidLicenseKey, json => json.Field("licFileContent", file));
    }
}
