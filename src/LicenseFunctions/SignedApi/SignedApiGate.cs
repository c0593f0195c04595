using System.Net;
using LicenseFunctions.Http;
using LicenseFunctions.Licensing;
using LicenseFunctions.Limits;
using LicenseFunctions.Signing;
using LicenseFunctions.Storage;

namespace LicenseFunctions.SignedApi;

/// <summary>
/// The spine of the signed API: fields, API key, access rules, limits, license standing, handler; then the envelope.
/// A handler that runs has an admitted caller and, where it concerns a license, one that stands well enough.
/// </summary>
public sealed class SignedApiGate(
    SignedCallers callers, Licenses licenses, IdempotencyKeys idempotency, AddressLimiter addresses, SigningKeys keys, LicensingOptions options,
    TimeProvider time, ILogger<SignedApiGate> logger)
{
    /// <summary>The body of a call that creates in bulk, in bytes.</summary>
    public const int BulkBytes = 1024 * 1024;

    private const string IdempotencyHeader = "Idempotency-Key";
    private const int LongestIdempotencyKey = 255;

    private readonly RecentEnvelopes _recent = new();
    private readonly WindowRule _window = new("signed", options.RateLimits.LicensePerMinute);

    /// <summary>Answers a call that concerns no single license.</summary>
    public Task<IResult> AnswerAsync(
        HttpRequest request, string capability, Func<SignedCall, CancellationToken, Task<SignedAnswer>> handle,
        CancellationToken cancel, int mostBytes = RequestFieldsReader.MostBytes) =>
        GuardAsync(request, capability, mostBytes, async (fields, trace) =>
        {
            if (ApiKeyOf(request, fields) is not { } apiKey)
                return callers.AnswerUnknown(AddressOf(request));
            var caller = callers.Begin(apiKey, capability, AddressOf(request), null, cancel);
            trace.ApiKey = caller.ApiKeyHash;
            if (!await caller.Admission.Admitted.ConfigureAwait(false))
                return caller.Refusal!;
            return IdempotentOf(request, fields, caller) is { } idempotent
                ? await HandleOnceAsync(idempotent, fields, handle, cancel).ConfigureAwait(false)
                : await handle(new(fields), cancel).ConfigureAwait(false);
        }, cancel);

    /// <summary>Answers a call on one license.</summary>
    /// <param name="request">The request.</param>
    /// <param name="capability">The endpoint.</param>
    /// <param name="work">Does the work; it decides on admission, limit and standing itself, in one go with the business.</param>
    /// <param name="answer">Translates its outcome.</param>
    /// <param name="cancel">Cancels the request.</param>
    /// <param name="unknown">The endpoint's own code for a license key that does not exist.</param>
    /// <param name="flaw">Says what is wrong with the fields where the endpoint has no code for that; null when nothing is.</param>
    public Task<IResult> AnswerForLicenseAsync<T>(
        HttpRequest request, string capability, Func<SignedCall, LicenseRequest, Task<T>> work,
        Func<SignedCall, T, SignedAnswer> answer, CancellationToken cancel, ResultCode? unknown = null,
        Func<SignedFields, string?>? flaw = null)
        where T : LicenseWork =>
        GuardAsync(request, capability, RequestFieldsReader.MostBytes, async (fields, trace) =>
        {
            var address = AddressOf(request);
            if (ApiKeyOf(request, fields) is not { } apiKey)
                return callers.AnswerUnknown(address);
            var (licenseKey, identifier) = (fields.StoredText(FieldNames.LicenseKey), fields.StoredText(FieldNames.Identifier));
            trace.See(licenseKey, identifier);
            if (licenseKey is not null && licenses.IsKnownFull(licenseKey, _window, out var full))
            {
                var known = await callers.CheckKeyAsync(apiKey, capability, address, cancel).ConfigureAwait(false);
                trace.ApiKey = known.ApiKeyHash;
                return known.Refusal ?? new SignedAnswer(ResultCodes.TooManyRequests) { Limit = full };
            }

            var caller = callers.Begin(apiKey, capability, address, identifier, cancel);
            trace.ApiKey = caller.ApiKeyHash;
            if (licenseKey is null or { Length: > SignedFields.LongestKey })
                return await caller.Admission.Admitted.ConfigureAwait(false) ? AnswerUnknownLicense(address, unknown) : caller.Refusal!;
            var call = new SignedCall(fields);
            SignedAnswer AnswerTo(T done) => Refusal(caller, done, address, unknown) ?? answer(call, done);
            var idempotent = IdempotentOf(request, fields, caller);
            var done = await work(call, new(licenseKey, identifier, _window, caller.Admission)
            {
                Idempotency = idempotent is null ? null : new(
                    idempotent, done => AnswerTo((T)done).Record(time.GetUtcNow()),
                    () => idempotency.ExpireAsync(TableNames.Licenses, LicenseRows.Partition(licenseKey), idempotent.RowKey, CancellationToken.None)),
            }).ConfigureAwait(false);
            return done.Recorded is { } recorded
                ? idempotent!.IsOf(recorded) ? SignedAnswer.From(IdempotentRequest.AnswerOf(recorded)) : OtherPayload
                : AnswerTo(done);
        }, cancel, flaw);

    private static SignedAnswer OtherPayload { get; } = new(ResultCodes.AccessDenied)
    {
        Problem = new(StatusCodes.Status422UnprocessableEntity, "This Idempotency-Key was sent before with another payload. Use a new key for a new request."),
    };

    private async Task<SignedAnswer> HandleOnceAsync(
        IdempotentRequest idempotent, SignedFields fields, Func<SignedCall, CancellationToken, Task<SignedAnswer>> handle, CancellationToken cancel)
    {
        var recorded = await idempotency.RunAsync(
            idempotent, async operation => (await handle(new(fields) { Operation = operation }, cancel).ConfigureAwait(false)).Record(time.GetUtcNow()), cancel)
            .ConfigureAwait(false);
        return recorded is null ? OtherPayload : SignedAnswer.From(recorded);
    }

    /// <summary>The request's own name, in the scope of API key, method and path; null when it has none.</summary>
    private static IdempotentRequest? IdempotentOf(HttpRequest request, SignedFields fields, SignedCaller caller) =>
        HttpMethods.IsPost(request.Method) && request.Headers[IdempotencyHeader].ToString() is { Length: > 0 } key
            ? new(LicenseRows.Hash($"{caller.ApiKeyHash} {request.Path.Value!.ToLowerInvariant()} {key}"), fields.PayloadHash)
            : null;

    private SignedAnswer? Refusal(SignedCaller caller, LicenseWork done, IPAddress? address, ResultCode? unknown) =>
        !done.IsAdmitted ? caller.Refusal
        : done.License is null ? AnswerUnknownLicense(address, unknown)
        : done.IsLimited ? new SignedAnswer(ResultCodes.TooManyRequests) { Limit = done.Window }
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
            ? new SignedAnswer(ResultCodes.TooManyRequests) { Limit = full }
            : new SignedAnswer(unknown ?? ResultCodes.InvalidLicenseKey);

    /// <summary>The one place where what goes wrong below becomes an answer.</summary>
    private async Task<IResult> GuardAsync(
        HttpRequest request, string endpoint, int mostBytes, Func<SignedFields, CallTrace, Task<SignedAnswer>> answerAsync, CancellationToken cancel,
        Func<SignedFields, string?>? flaw = null)
    {
        var trace = new CallTrace();
        try
        {
            var (read, unreadable) = await RequestFieldsReader.ReadAsync(request, mostBytes, cancel).ConfigureAwait(false);
            if (unreadable is not null)
                return Problem(endpoint, trace, unreadable);
            var fields = new SignedFields(read!);
            if ((fields.FlawOfText(FieldNames.Identifier, SignedFields.LongestKey) ?? flaw?.Invoke(fields)) is { } detail)
                return Problem(endpoint, trace, new(StatusCodes.Status400BadRequest, detail));
            if (request.Headers[IdempotencyHeader].ToString().Length > LongestIdempotencyKey)
                return Problem(endpoint, trace, new(StatusCodes.Status400BadRequest, $"The Idempotency-Key is longer than {LongestIdempotencyKey} characters."));
            var answer = await answerAsync(fields, trace).ConfigureAwait(false);
            if (answer.Problem is { } problem)
                return Problem(endpoint, trace, problem);
            if (answer.Recorded is null && answer.Code.IsRefusal)
                Log.Refused(logger, endpoint, answer.Code.Code.ToString(System.Globalization.CultureInfo.InvariantCulture), answer.Code.Message, Log.Brief(trace.License), Log.Brief(trace.Identifier), Log.Brief(trace.ApiKey));
            return await SignedEnvelope.SealAsync(answer, keys, options.SignedPayload, _recent, time.GetUtcNow(), cancel).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            return ProblemAnswer.Unavailable("The request was given up.", TimeSpan.FromSeconds(1));
        }
        catch (StorageUnavailableException e)
        {
            Log.Unavailable(logger, endpoint, e.Message);
            return ProblemAnswer.Unavailable("The store is busy.", e.RetryAfter);
        }
        catch (SigningUnavailableException e)
        {
            Log.Unavailable(logger, endpoint, e.Message);
            return ProblemAnswer.Unavailable("Answers cannot be signed at the moment.", e.RetryAfter);
        }
#pragma warning disable CA1031 // A defect of ours: logged whole, answered without a trace of it.
        catch (Exception e)
#pragma warning restore CA1031
        {
            Log.Failed(logger, e, endpoint);
            return new ProblemAnswer(StatusCodes.Status500InternalServerError, "The request could not be answered", "An error of the server; it is in its log.");
        }
    }

    private ProblemAnswer Problem(string endpoint, CallTrace trace, UnreadableRequest unreadable)
    {
        Log.Refused(logger, endpoint, unreadable.Status.ToString(System.Globalization.CultureInfo.InvariantCulture), unreadable.Detail, Log.Brief(trace.License), Log.Brief(trace.Identifier), Log.Brief(trace.ApiKey));
        return ProblemAnswer.From(unreadable);
    }

    private static string? ApiKeyOf(HttpRequest request, SignedFields fields)
    {
        const string scheme = "Bearer ";
        var header = request.Headers.Authorization.ToString();
        return header.StartsWith(scheme, StringComparison.OrdinalIgnoreCase) && header.AsSpan(scheme.Length).Trim() is { Length: > 0 } token
            ? token.ToString()
            : fields.Text(FieldNames.ApiKey);
    }

    private static IPAddress? AddressOf(HttpRequest request) => request.HttpContext.Connection.RemoteIpAddress;

    /// <summary>What a log line says of a call, as hashes, made when there is one.</summary>
    private sealed class CallTrace
    {
        private string? _licenseKey;
        private string? _identifier;

        public string? License => _licenseKey is null ? null : LicenseRows.Hash(_licenseKey);

        public string? Identifier => _identifier is null ? null : LicenseRows.Hash(_identifier);

        public string? ApiKey { get; set; }

        public void See(string? licenseKey, string? identifier) => (_licenseKey, _identifier) = (licenseKey, identifier);
    }
}
