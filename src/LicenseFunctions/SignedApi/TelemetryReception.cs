using LicenseFunctions.Licensing;

namespace LicenseFunctions.SignedApi;

/// <summary>Takes in an entry of telemetry, for both paths it is sent to: what is wrong is saved too, and flagged.</summary>
public sealed class TelemetryReception(Telemetry telemetry, ProductReference products)
{
    public async Task<SignedAnswer> SaveAsync(SignedCall call, CancellationToken cancel)
    {
        var product = await products.FindAsync(call.Fields, cancel).ConfigureAwait(false);
        var fields = new TelemetryFields(call.Fields, product);
        var errors = fields.Errors();
        await telemetry.SaveAsync(fields.Entry(isCorrect: !errors.Any), product, call.Operation, cancel).ConfigureAwait(false);
        return errors.Any
            ? SignedCall.Answer(ResultCodes.TelemetryIncorrectSaved, errors.Write)
            : SignedCall.Answer(ResultCodes.TelemetrySaved, json => json.Name("errors").Open('[').Close(']'));
    }
}
