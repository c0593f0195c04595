using LicenseFunctions.Http;
using LicenseFunctions.Licensing;
using LicenseFunctions.Limits;

namespace LicenseFunctions.SignedApi;

/// <summary>
/// The spine of a download, whose path names credential, license and identifier: token or API key, access rules, limits,
/// license standing, identifier; then the file.
/// </summary>
public sealed class DownloadGate(SignedApiGate gate, SignedCallers callers, DownloadTokens tokens, Licenses licenses)
{
    public Task<IResult> AnswerAsync(
        HttpRequest request, DownloadPath path, Func<LicenseReading, Task<SignedAnswer>> answerAsync, CancellationToken cancel) =>
        gate.GuardAsync(request, Capability.Download, RequestFieldsReader.MostBytes, async (fields, trace) =>
        {
            trace.See(path.LicenseKey, path.Identifier);
            var standing = await tokens.CheckAsync(path.Credential, path.LicenseKey, path.Identifier, cancel).ConfigureAwait(false);
            // As everywhere, an API key in the header or a field counts before the one in the path; a good token needs none.
            var apiKey = SignedApiGate.ApiKeyOf(request, fields);
            if (standing == DownloadTokenStanding.Refused && apiKey is null)
                return SignedCall.Answer(ResultCodes.FileForbidden);
            apiKey ??= path.Credential;
            var address = gate.AddressOf(request);
            if (licenses.IsKnownFull(path.LicenseKey, gate.Window, out var full))
            {
                var known = standing == DownloadTokenStanding.Valid
                    ? null
                    : await callers.CheckKeyAsync(apiKey, Capability.Download, address, cancel).ConfigureAwait(false);
                trace.Caller = known;
                return known?.Refusal ?? SignedAnswer.TooMany(full, LimitKind.License);
            }

            var caller = standing == DownloadTokenStanding.Valid
                ? callers.BeginWithToken(address, path.Identifier, cancel)
                : callers.Begin(apiKey, Capability.Download, address, path.Identifier, cancel, trace.Binding);
            trace.Caller = caller;
            var reading = await licenses.ReadGoodAsync(new(path.LicenseKey, path.Identifier, gate.Window, caller.Admission)).ConfigureAwait(false);
            return gate.Refusal(caller, reading, address, null)
                ?? (reading.IsActive
                    ? await answerAsync(reading).ConfigureAwait(false)
                    : SignedCall.AnswerFor(reading.Product, ResultCodes.FileForbidden));
        }, cancel);
}
