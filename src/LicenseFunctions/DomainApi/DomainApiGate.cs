using System.Globalization;
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
    AccessRules rules, Licenses licenses, AddressLimiter addresses, LicensingOptions options, TimeProvider time,
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
    public async Task<IResult> AnswerAsync<T>(
        HttpRequest request, DomainEndpoint endpoint, Func<LicenseRequest, Task<T>> work,
        Func<DomainCall, T, ValueTask<DomainAnswer>> answer, CancellationToken cancel)
        where T : LicenseWork
    {
        if (HttpMethods.IsOptions(request.Method))
            return new Cors.Preflight();
        var result = await RequestGuard.RunAsync(
            meters, "domain", endpoint.Name, logger, () => ReadAndAnswerAsync(request, endpoint, work, answer, cancel), cancel).ConfigureAwait(false);
        return result is ProblemAnswer problem ? new OpenToAnyOrigin(problem) : result;
    }

    private async Task<IResult> ReadAndAnswerAsync<T>(
        HttpRequest request, DomainEndpoint endpoint, Func<LicenseRequest, Task<T>> work,
        Func<DomainCall, T, ValueTask<DomainAnswer>> answer, CancellationToken cancel)
        where T : LicenseWork
    {
        var (fields, unreadable) = await RequestFieldsReader.ReadAsync(request, RequestFieldsReader.MostBytes, cancel).ConfigureAwait(false);
        if (unreadable is not null)
        {
            LogRefusal(endpoint, unreadable.Status.ToString(CultureInfo.InvariantCulture), unreadable.Detail, null);
            return Counted(request, endpoint, ProblemAnswer.From(unreadable));
        }

        var (call, errors) = DomainCall.Read(fields!, endpoint.NeedsDomain);
        var result = call is null
            ? Counted(request, endpoint, DomainAnswer.Invalid(errors))
            : await AnswerAsync(request, endpoint, call, work, answer, cancel).ConfigureAwait(false);
        if (result.Error is { } error)
            LogRefusal(endpoint, error.Code, error.Message, call);
        return result;
    }

    private async Task<DomainAnswer> AnswerAsync<T>(
        HttpRequest request, DomainEndpoint endpoint, DomainCall call, Func<LicenseRequest, Task<T>> work,
        Func<DomainCall, T, ValueTask<DomainAnswer>> answer, CancellationToken cancel)
        where T : LicenseWork
    {
        if (licenses.IsKnownFull(call.LicenseKey, endpoint.Window, out var full))
            return TooMany(full, LimitKind.License);
        var domain = endpoint.NeedsDomain ? call.Domain : null;
        var admits = rules.AdmitsAsync(request.HttpContext.Connection.RemoteIpAddress, domain, cancel);
        var done = await work(new(call.LicenseKey, domain, endpoint.Window, Admission.Under(admits))).ConfigureAwait(false);
        if (!done.IsAdmitted)
            return Counted(request, endpoint, endpoint.Fail(DomainErrors.Suspended), done.Window);
        if (done.License is not { IsAssigned: true })
            return Counted(request, endpoint, endpoint.Fail(DomainErrors.InvalidKey), done.Window);
        if (done.IsLimited)
            return TooMany(done.Window, LimitKind.License);
        var result = Refusal(done) is { } error
            ? endpoint.Fail(error)
            : await answer(call, done).ConfigureAwait(false);
        return result.With(done.Window, time.GetUtcNow());
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
    private DomainAnswer Counted(HttpRequest request, DomainEndpoint endpoint, DomainAnswer answer, WindowVerdict window = default)
    {
        var counted = window.IsLimited ? window : Count(request, endpoint);
        return IsRefused(counted)
            ? TooMany(counted, window.IsLimited ? LimitKind.License : LimitKind.Address)
            : answer.With(counted, time.GetUtcNow());
    }

    private IResult Counted(HttpRequest request, DomainEndpoint endpoint, ProblemAnswer problem)
    {
        var counted = Count(request, endpoint);
        return IsRefused(counted)
            ? TooMany(counted, LimitKind.Address)
            : new OpenToAnyOrigin(problem, counted);
    }

    private DomainAnswer TooMany(WindowVerdict limit, LimitKind limitedBy) =>
        DomainAnswer.Failure(DomainErrors.RateLimitExceeded).With(limit, time.GetUtcNow(), limitedBy);

    private WindowVerdict Count(HttpRequest request, DomainEndpoint endpoint) => addresses.Count(
        endpoint.Name, request.HttpContext.Connection.RemoteIpAddress?.ToString() ?? "", endpoint.Window.Limit);

    private static bool IsRefused(WindowVerdict window) => window is { IsLimited: true, Admitted: false };

    private void LogRefusal(DomainEndpoint endpoint, string code, string reason, DomainCall? call) => Log.Refused(
        logger, endpoint.Name, code, reason, Log.Brief(call is null ? null : LicenseRows.Hash(call.LicenseKey)),
        Log.Brief(call is null or { Domain: "" } ? null : LicenseRows.Hash(call.Domain)), "-");

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
