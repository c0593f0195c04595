using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using LicenseFunctions.Http;
using LicenseFunctions.Licensing;
using LicenseFunctions.Limits;
using LicenseFunctions.Observability;

namespace LicenseFunctions.DomainApi;

/// <summary>One endpoint of the domain API.</summary>
/// <param name="Name">Its path.</param>
/// <param name="Window">Its window of the license key.</param>
/// <param name="NeedsDomain">Whether it takes a domain.</param>
/// <param name="Fail">How it words a failure.</param>
public sealed record DomainEndpoint(string Name, WindowRule Window, bool NeedsDomain, Func<DomainError, DomainAnswer> Fail);

/// <summary>
/// The spine of the domain API: fields, access rules, limit, license standing, handler. The license key is the only
/// credential; a handler that runs has a license that is sold and stands well enough.
/// </summary>
public sealed class DomainApiGate(
    AccessRules rules, Licenses licenses, AddressLimiter addresses, AnswerSigner signer, LicensingOptions options, TimeProvider time,
    Meters meters, ILogger<DomainApiGate> logger)
{
    public DomainEndpoint Activate { get; } =
        new("activate", new("activate", options.RateLimits.DomainActivatePerMinute), true, DomainAnswer.Failure);

    public DomainEndpoint Verify { get; } =
        new("verify", new("verify", options.RateLimits.DomainVerifyPerMinute), true, DomainAnswer.NotValid);

    public DomainEndpoint Deactivate { get; } =
        new("deactivate", new("deactivate", options.RateLimits.DomainDeactivatePerMinute), true, DomainAnswer.Failure);

    public DomainEndpoint Status { get; } =
        new("status", new("status", options.RateLimits.DomainStatusPerMinute), false, DomainAnswer.Failure);

    /// <summary>Answers a call on one license.</summary>
    /// <param name="request">The request.</param>
    /// <param name="endpoint">The endpoint.</param>
    /// <param name="work">Does the work; it decides on admission, limit and standing itself, in one go with the business.</param>
    /// <param name="answer">Translates its outcome.</param>
    /// <param name="cancel">Cancels the request.</param>
    public Task<IResult> AnswerAsync<T>(
        HttpRequest request, DomainEndpoint endpoint, Func<LicenseRequest, Task<T>> work,
        Func<DomainCall, T, ValueTask<DomainAnswer>> answer, CancellationToken cancel)
        where T : LicenseWork =>
        HttpMethods.IsOptions(request.Method)
            ? Task.FromResult<IResult>(new Cors.Preflight())
            : RequestGuard.RunAsync(
                request.HttpContext.Response, meters, "domain", endpoint.Name, logger,
                () => ReadAndAnswerAsync(request, endpoint, work, answer, cancel), cancel, static problem => new OpenToAnyOrigin(problem));

    private async Task<IResult> ReadAndAnswerAsync<T>(
        HttpRequest request, DomainEndpoint endpoint, Func<LicenseRequest, Task<T>> work,
        Func<DomainCall, T, ValueTask<DomainAnswer>> answer, CancellationToken cancel)
        where T : LicenseWork
    {
        var (fields, unreadable) = await RequestFieldsReader.ReadAsync(request, RequestFieldsReader.MostBytes, cancel).ConfigureAwait(false);
        if (unreadable is not null)
            return Problem(request, endpoint, unreadable);
        var (signing, flaw) = await signer.ReadAsync(request, fields!, cancel).ConfigureAwait(false);
        if (flaw is not null)
            return Problem(request, endpoint, new(StatusCodes.Status400BadRequest, flaw));

        var (call, errors) = DomainCall.Read(fields!, endpoint.NeedsDomain);
        var result = call is null
            ? Counted(request, endpoint, signing, DomainAnswer.Invalid(errors))
            : await AnswerAsync(request, endpoint, call, signing, work, answer, cancel).ConfigureAwait(false);
        if (result.Error is { } error)
            LogRefusal(endpoint, error.Code, error.Message, call);
        return signing is null ? result : await signing.SignAsync(result, cancel).ConfigureAwait(false);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))] // One for every request.
    private async ValueTask<DomainAnswer> AnswerAsync<T>(
        HttpRequest request, DomainEndpoint endpoint, DomainCall call, AnswerSigning? signing, Func<LicenseRequest, Task<T>> work,
        Func<DomainCall, T, ValueTask<DomainAnswer>> answer, CancellationToken cancel)
        where T : LicenseWork
    {
        if (licenses.IsKnownFull(call.LicenseKey, endpoint.Window, out var full))
            return TooMany(full, LimitKind.License);
        var domain = endpoint.NeedsDomain ? call.Domain : null;
        // With the license at hand, a verification waits for one write and for the rules: for these no longer than it must.
        var admits = endpoint == Verify && licenses.Knows(call.LicenseKey)
            ? rules.AdmitsSoonAsync(AddressOf(request), domain, cancel)
            : rules.AdmitsAsync(AddressOf(request), domain, cancel);
        var done = await work(new(call.LicenseKey, domain, endpoint.Window, Admission.Under(admits))
        {
            // Signed ahead of the change: when nothing can be signed, nothing is changed.
            RehearseAsync = signing is null ? null : RehearseAsync,
        }).ConfigureAwait(false);
        if (!done.IsAdmitted || done.License is not { IsAssigned: true })
            return Counted(request, endpoint, signing, await AnswerToAsync(done).ConfigureAwait(false), done.Window);
        return (await AnswerToAsync(done).ConfigureAwait(false)).With(done.Window, time.GetUtcNow(), done.IsLimited ? LimitKind.License : LimitKind.None);

        ValueTask<DomainAnswer> AnswerToAsync(T done) =>
            !done.IsAdmitted ? new(endpoint.Fail(DomainErrors.Suspended))
            : done.License is not { IsAssigned: true } ? new(endpoint.Fail(DomainErrors.InvalidKey))
            : done.IsLimited ? new(DomainAnswer.Failure(DomainErrors.RateLimitExceeded))
            : Refusal(done) is { } error ? new(endpoint.Fail(error))
            : answer(call, done);

        async Task RehearseAsync(LicenseWork done) =>
            await signing!.SignAsync(await AnswerToAsync((T)done).ConfigureAwait(false), cancel).ConfigureAwait(false);
    }

    private static DomainError? Refusal(LicenseWork done) => done.Standing switch
    {
        LicenseStanding.Good => null,
        LicenseStanding.Unknown or LicenseStanding.NotAssigned => DomainErrors.InvalidKey,
        LicenseStanding.ProductInactive or LicenseStanding.Blocked or LicenseStanding.Suspended => DomainErrors.Suspended,
        LicenseStanding.Revoked => DomainErrors.Revoked,
        LicenseStanding.Expired => DomainErrors.Expired,
    };

    /// <summary>Counts, for the client's address alone, what has no license whose window could count it.</summary>
    private DomainAnswer Counted(
        HttpRequest request, DomainEndpoint endpoint, AnswerSigning? signing, DomainAnswer answer, WindowVerdict window = default)
    {
        var counted = window.IsLimited ? window : Count(request, endpoint);
        if (signing is not null && !window.IsLimited && !IsRefused(counted)
            && addresses.Count("signatures", "", options.RateLimits.NoncePerMinute) is { IsLimited: true, Admitted: false } all)
        {
            // Addresses cost nothing, signatures do: those of all addresses together are limited too.
            counted = all;
        }

        return !IsRefused(counted) ? answer.With(counted, time.GetUtcNow())
            : TooMany(counted, window.IsLimited ? LimitKind.License : LimitKind.Address);
    }

    private IResult Problem(HttpRequest request, DomainEndpoint endpoint, UnreadableRequest unreadable)
    {
        LogRefusal(endpoint, unreadable.Status.ToString(CultureInfo.InvariantCulture), unreadable.Detail, null);
        var counted = Count(request, endpoint);
        return IsRefused(counted)
            ? TooMany(counted, LimitKind.Address)
            : new OpenToAnyOrigin(ProblemAnswer.From(unreadable), counted);
    }

    private DomainAnswer TooMany(WindowVerdict limit, LimitKind limitedBy) =>
        DomainAnswer.Failure(DomainErrors.RateLimitExceeded).With(limit, time.GetUtcNow(), limitedBy);

    private WindowVerdict Count(HttpRequest request, DomainEndpoint endpoint) => addresses.Count(
        endpoint.Name, AddressOf(request)?.ToString() ?? "", endpoint.Window.Limit);

    private IPAddress? AddressOf(HttpRequest request) => options.TrustedProxies.ClientOf(request.HttpContext);

    private static bool IsRefused(WindowVerdict window) => window is { IsLimited: true, Admitted: false };

    private void LogRefusal(DomainEndpoint endpoint, string code, string reason, DomainCall? call) => Log.Refused(
        logger, endpoint.Name, code, reason, Log.Brief(call is null ? null : RecentHashes.Of(call.LicenseKey)),
        Log.Brief(call is null or { Domain: "" } ? null : RecentHashes.Of(call.Domain)), "-");

    /// <summary>A problem document that pages of other origins may read too.</summary>
    private sealed class OpenToAnyOrigin(ProblemAnswer problem, WindowVerdict limit = default) : ICodedResult
    {
        string ICodedResult.Code => ((ICodedResult)problem).Code;

        LimitKind ICodedResult.LimitedBy => LimitKind.None;

        public Task ExecuteAsync(HttpContext httpContext)
        {
            Cors.Allow(httpContext.Response);
            DomainAnswer.Show(httpContext.Response, limit);
            return problem.ExecuteAsync(httpContext);
        }
    }
}
