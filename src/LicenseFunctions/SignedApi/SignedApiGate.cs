using System.Net;
using LicenseFunctions.Http;
using LicenseFunctions.Licensing;
using LicenseFunctions.Limits;
using LicenseFunctions.Marketplace;
using LicenseFunctions.Observability;
using LicenseFunctions.Signing;

namespace LicenseFunctions.SignedApi;

/// <summary>
/// The spine of the signed API: fields, API key, access rules, limits, license standing, handler; then the envelope.
/// A handler that runs has an admitted caller and, where it concerns a license, one that stands well enough.
/// </summary>
public sealed class SignedApiGate(
    SignedCallers callers, Licenses licenses, IdempotencyKeys idempotency, IdempotencyClaims claims, AddressLimiter addresses, SigningKeys keys, LicensingOptions options,
    TimeProvider time, Meters meters, ILogger<SignedApiGate> logger)
{
    /// <summary>The body of a call that creates in bulk, in bytes.</summary>
    public const int BulkBytes = 1024 * 1024;

    private const string IdempotencyHeader = "Idempotency-Key";
    private const int LongestIdempotencyKey = 255;

    private readonly RecentEnvelopes _recent = new();
    private readonly WindowRule _window = new("signed", options.RateLimits.LicensePerMinute);

    internal WindowRule Window => _window;

    /// <summary>Answers a call that concerns no single license.</summary>
    public Task<IResult> AnswerAsync(
        HttpRequest request, string capability, Func<SignedCall, CancellationToken, Task<SignedAnswer>> handle,
        CancellationToken cancel, int mostBytes = RequestFieldsReader.MostBytes) =>
        GuardAsync(request, capability, mostBytes, async (fields, trace) =>
        {
            if (ApiKeyOf(request, fields) is not { } apiKey)
                return callers.AnswerUnknown(AddressOf(request));
            var caller = callers.Begin(apiKey, capability, AddressOf(request), null, cancel, trace.Binding);
            trace.Caller = caller;
            if (!await caller.Admission.Admitted.ConfigureAwait(false))
                return caller.Refusal!;
            return IdempotentOf(request, fields, caller) is { } idempotent
                ? await HandleOnceAsync(idempotent, fields, handle, trace.Binding, cancel).ConfigureAwait(false)
                : await handle(new(fields), cancel).ConfigureAwait(false);
        }, cancel);

    /// <summary>Answers a call that anybody may make: no API key, but access rules, and a limit for each client address.</summary>
    public Task<IResult> AnswerAnybodyAsync(
        HttpRequest request, string endpoint, Func<CancellationToken, Task<SignedAnswer>> handle, CancellationToken cancel) =>
        GuardAsync(request, endpoint, RequestFieldsReader.MostBytes, async (_, _) =>
            await callers.RefuseAnybodyAsync(AddressOf(request), cancel).ConfigureAwait(false) ?? await handle(cancel).ConfigureAwait(false),
            cancel);

    /// <summary>Answers a call that reads one license and then something more; it changes nothing that could be done twice.</summary>
    /// <param name="request">The request.</param>
    /// <param name="capability">The endpoint.</param>
    /// <param name="work">Reads the license; it decides on admission, limit and standing itself.</param>
    /// <param name="answer">Reads the rest and answers.</param>
    /// <param name="cancel">Cancels the request.</param>
    /// <param name="pathKey">The license key where it stands in the path; else it is a field.</param>
    public Task<IResult> AnswerFromLicenseAsync<T>(
        HttpRequest request, string capability, Func<SignedCall, LicenseRequest, Task<T>> work,
        Func<SignedCall, T, Task<SignedAnswer>> answer, CancellationToken cancel, string? pathKey = null)
        where T : LicenseWork =>
        ForLicenseAsync(request, capability, pathKey, work, null, answer, null, null, null, cancel);

    /// <summary>Answers a call on one license.</summary>
    /// <param name="request">The request.</param>
    /// <param name="capability">The endpoint.</param>
    /// <param name="work">Does the work; it decides on admission, limit and standing itself, in one go with the business.</param>
    /// <param name="answer">Translates its outcome.</param>
    /// <param name="cancel">Cancels the request.</param>
    /// <param name="unknown">The endpoint's own code for a license key that does not exist.</param>
    /// <param name="adopt">
    /// Makes a license of a key that does not exist, where it stands for something sold elsewhere; true when there is one now.
    /// </param>
    /// <param name="flaw">Says what is wrong with the fields where the endpoint has no code for that; null when nothing is.</param>
    public Task<IResult> AnswerForLicenseAsync<T>(
        HttpRequest request, string capability, Func<SignedCall, LicenseRequest, Task<T>> work,
        Func<SignedCall, T, SignedAnswer> answer, CancellationToken cancel, ResultCode? unknown = null,
        Func<SignedFields, string?>? flaw = null, Func<SignedCall, string, CancellationToken, Task<bool>>? adopt = null)
        where T : LicenseWork =>
        ForLicenseAsync(request, capability, null, work, answer, null, unknown, flaw, adopt, cancel);

    private Task<IResult> ForLicenseAsync<T>(
        HttpRequest request, string capability, string? pathKey, Func<SignedCall, LicenseRequest, Task<T>> work,
        Func<SignedCall, T, SignedAnswer>? answer, Func<SignedCall, T, Task<SignedAnswer>>? answerAsync, ResultCode? unknown,
        Func<SignedFields, string?>? flaw, Func<SignedCall, string, CancellationToken, Task<bool>>? adopt, CancellationToken cancel)
        where T : LicenseWork =>
        GuardAsync(request, capability, RequestFieldsReader.MostBytes, async (fields, trace) =>
        {
            var address = AddressOf(request);
            var (licenseKey, identifier) = (pathKey ?? fields.StoredText(FieldNames.LicenseKey), fields.StoredText(FieldNames.Identifier));
            trace.See(licenseKey, identifier);
            if (ApiKeyOf(request, fields) is not { } apiKey)
                return callers.AnswerUnknown(address);
            if (licenseKey is not null && licenses.IsKnownFull(licenseKey, _window, out var full))
            {
                var known = await callers.CheckKeyAsync(apiKey, capability, address, cancel).ConfigureAwait(false);
                trace.Caller = known;
                return known.Refusal ?? SignedAnswer.TooMany(full, LimitKind.License);
            }

            var caller = callers.Begin(apiKey, capability, address, identifier, cancel, trace.Binding);
            trace.Caller = caller;
            if (licenseKey is null or { Length: > SignedFields.LongestKey })
                return await caller.Admission.Admitted.ConfigureAwait(false) ? AnswerUnknownLicense(address, unknown) : caller.Refusal!;
            var call = new SignedCall(fields);
            var idempotent = IdempotentOf(request, fields, caller);
            if (answerAsync is not null)
            {
                var reading = await OnLicenseAsync(licenseKey, key => work(call, new(key, identifier, _window, caller.Admission))).ConfigureAwait(false);
                return Refusal(caller, reading, address, unknown)
                    ?? (idempotent is null ? await answerAsync(call, reading).ConfigureAwait(false)
                        : await HandleOnceAsync(idempotent, fields, (again, _) => answerAsync(again, reading), trace.Binding, cancel).ConfigureAwait(false));
            }

            SignedAnswer AnswerTo(T done) => (Refusal(caller, done, address, unknown) ?? answer!(call, done)).BoundBy(trace.Binding);
            Task<T> WorkAsync(string key) => work(call, new(key, identifier, _window, caller.Admission)
            {
                Idempotency = idempotent is null ? null : new(
                    idempotent, done => AnswerTo((T)done).Record(InstantOf(done)),
                    () => claims.TryClaimAsync(idempotent, LicenseRows.Partition(key), CancellationToken.None)),
                // Signed ahead of the change: when nothing can be signed, nothing is changed, and a retry answers as this would have.
                RehearseAsync = done => SignedEnvelope.SealAsync(AnswerOrRecord((T)done).For(caller), keys, options.SignedPayload, _recent, InstantOf(done), cancel),
            });
            var done = await OnLicenseAsync(licenseKey, WorkAsync).ConfigureAwait(false);
            if (adopt is not null && IsUnknown(done) && await adopt(call, licenseKey, cancel).ConfigureAwait(false))
            {
                // The license decides, as any other: it is recorded with it, and may be another's by now, or of an inactive product.
                call = call with { IsAdoption = true };
                done = await OnLicenseAsync(licenseKey, WorkAsync).ConfigureAwait(false);
            }

            return AnswerOrRecord(done);

            SignedAnswer AnswerOrRecord(T done) =>
                (done.IsOtherPayload ? OtherPayload : done.Recorded is { } recorded ? SignedAnswer.From(recorded).BoundBy(trace.Binding) : AnswerTo(done)) with { At = InstantOf(done) };
        }, cancel, flaw);

    /// <summary>Does the work on a license; a purchase code that is unknown as it was typed is looked for as it is kept.</summary>
    private static async Task<T> OnLicenseAsync<T>(string licenseKey, Func<string, Task<T>> work)
        where T : LicenseWork
    {
        var done = await work(licenseKey).ConfigureAwait(false);
        return IsUnknown(done) && PurchaseCodes.KeyOf(licenseKey) is { } kept && kept != licenseKey ? await work(kept).ConfigureAwait(false) : done;
    }

    private static bool IsUnknown(LicenseWork done) => done is { IsAdmitted: true, License: null, Recorded: null };

    private static DateTimeOffset InstantOf(LicenseWork done) => DateTimeOffset.FromUnixTimeMilliseconds(done.Now);

    private static SignedAnswer OtherPayload { get; } = new(ResultCodes.AccessDenied)
    {
        Problem = new(StatusCodes.Status422UnprocessableEntity, "This Idempotency-Key was sent before with another payload. Use a new key for a new request."),
    };

    private async Task<SignedAnswer> HandleOnceAsync(
        IdempotentRequest idempotent, SignedFields fields, Func<SignedCall, CancellationToken, Task<SignedAnswer>> handle,
        CallBinding? binding, CancellationToken cancel)
    {
        var recorded = await idempotency.RunAsync(
            idempotent, async (operation, token) =>
                (await handle(new(fields) { Operation = operation }, token).ConfigureAwait(false)).BoundBy(binding).Record(time.GetUtcNow()), cancel)
            .ConfigureAwait(false);
        return recorded is null ? OtherPayload : SignedAnswer.From(recorded);
    }

    /// <summary>The request's own name, in the scope of API key, method and path; null when it has none.</summary>
    private static IdempotentRequest? IdempotentOf(HttpRequest request, SignedFields fields, SignedCaller caller) =>
        HttpMethods.IsPost(request.Method) && request.Headers[IdempotencyHeader].ToString() is { Length: > 0 } key
            ? new(LicenseRows.Hash($"{caller.ApiKeyHash} {request.Path.Value!.ToLowerInvariant()} {key}"), fields.PayloadHash)
            : null;

    internal SignedAnswer? Refusal(SignedCaller caller, LicenseWork done, IPAddress? address, ResultCode? unknown) =>
        !done.IsAdmitted ? caller.Refusal
        : done.License is null ? AnswerUnknownLicense(address, unknown)
        : done.IsLimited ? SignedAnswer.TooMany(done.Window, LimitKind.License)
        : done.Standing switch
        {
            LicenseStanding.Unknown => new SignedAnswer(unknown ?? ResultCodes.InvalidLicenseKey),
            LicenseStanding.ProductInactive => SignedCall.AnswerFor(done.Product, ResultCodes.ProductInactive),
            LicenseStanding.Blocked or LicenseStanding.Suspended or LicenseStanding.Revoked =>
                SignedCall.AnswerFor(done.Product, ResultCodes.LicenseKeyBlocked),
            LicenseStanding.NotAssigned => SignedCall.AnswerFor(done.Product, ResultCodes.NotAssigned),
            LicenseStanding.Expired => SignedCall.AnswerFor(done.Product, ResultCodes.LicenseKeyExpired),
            LicenseStanding.Good when done.LacksIdentifier => SignedCall.AnswerFor(done.Product, ResultCodes.IdentifierRequired),
            LicenseStanding.Good => null,
        };

    private SignedAnswer AnswerUnknownLicense(IPAddress? address, ResultCode? unknown) =>
        addresses.Count("license", address?.ToString() ?? "", options.RateLimits.LicensePerMinute) is { Admitted: false } full
            ? SignedAnswer.TooMany(full, LimitKind.Address)
            : new SignedAnswer(unknown ?? ResultCodes.InvalidLicenseKey);

    internal Task<IResult> GuardAsync(
        HttpRequest request, string endpoint, int mostBytes, Func<SignedFields, CallTrace, Task<SignedAnswer>> answerAsync, CancellationToken cancel,
        Func<SignedFields, string?>? flaw = null) => RequestGuard.RunAsync(request.HttpContext.Response, meters, "signed", endpoint, logger, async () =>
        {
            var (read, unreadable) = await RequestFieldsReader.ReadAsync(request, mostBytes, cancel).ConfigureAwait(false);
            if (unreadable is not null)
                return Problem(endpoint, new(null), unreadable);
            var fields = new SignedFields(read!);
            var trace = new CallTrace(CallBinding.Of(fields));
            if ((fields.FlawOfText(FieldNames.Identifier, SignedFields.LongestKey) ?? CallBinding.FlawOf(fields) ?? flaw?.Invoke(fields)) is { } detail)
                return Problem(endpoint, trace, new(StatusCodes.Status400BadRequest, detail));
            if (request.Headers[IdempotencyHeader].ToString().Length > LongestIdempotencyKey)
                return Problem(endpoint, trace, new(StatusCodes.Status400BadRequest, $"The Idempotency-Key is longer than {LongestIdempotencyKey} characters."));
            var answer = callers.Bind(await answerAsync(fields, trace).ConfigureAwait(false), trace.Binding, AddressOf(request));
            if (answer.Problem is { } problem)
                return Problem(endpoint, trace, problem);
            if (answer.Recorded is null && answer.Code.IsRefusal)
                LogRefusal(endpoint, trace, answer.Code.Code, answer.Code.Message);
            if (answer.Instead is { } instead)
                return instead;
            return await SignedEnvelope.SealAsync(answer.For(trace.Caller), keys, options.SignedPayload, _recent, answer.At ?? time.GetUtcNow(), cancel).ConfigureAwait(false);
        }, cancel);

    private void LogRefusal(string endpoint, CallTrace trace, int code, string reason) => Log.Refused(
        logger, endpoint, code.ToString(System.Globalization.CultureInfo.InvariantCulture), reason,
        Log.Brief(trace.License), Log.Brief(trace.Identifier), Log.Brief(trace.ApiKey));

    private ProblemAnswer Problem(string endpoint, CallTrace trace, UnreadableRequest unreadable)
    {
        LogRefusal(endpoint, trace, unreadable.Status, unreadable.Detail);
        return ProblemAnswer.From(unreadable);
    }

    internal static string? ApiKeyOf(HttpRequest request, SignedFields fields)
    {
        const string scheme = "Bearer ";
        var header = request.Headers.Authorization.ToString();
        return header.StartsWith(scheme, StringComparison.OrdinalIgnoreCase) && header.AsSpan(scheme.Length).Trim() is { Length: > 0 } token
            ? token.ToString()
            : fields.Text(FieldNames.ApiKey);
    }

    internal IPAddress? AddressOf(HttpRequest request) => options.TrustedProxies.ClientOf(request.HttpContext);

    /// <summary>What a log line says of a call, as hashes, made when there is one.</summary>
    internal sealed class CallTrace(CallBinding? binding)
    {
        private string? _licenseKey;
        private string? _identifier;

        public CallBinding? Binding => binding;

        public string? License => _licenseKey is null ? null : RecentHashes.Of(_licenseKey);

        public string? Identifier => _identifier is null ? null : RecentHashes.Of(_identifier);

        public SignedCaller? Caller { get; set; }

        public string? ApiKey => Caller?.ApiKeyHash;

        public void See(string? licenseKey, string? identifier)
        {
            (_licenseKey, _identifier) = (licenseKey, identifier);
            binding?.See(licenseKey, identifier);
        }
    }
}
