using System.Net;
using LicenseFunctions.Licensing;
using LicenseFunctions.Limits;
using LicenseFunctions.Storage;

namespace LicenseFunctions.SignedApi;

/// <summary>Decides about the caller's side of a signed call: API key, access rules, the API key's own limit.</summary>
public sealed class SignedCallers(
    ApiKeys apiKeys, AccessRules rules, RateLimiter limiter, AddressLimiter addresses, LicensingOptions options)
{
    private static readonly Task<WindowVerdict> Unlimited = Task.FromResult(WindowVerdict.Unlimited);

    /// <summary>Starts the reads; nothing is waited for.</summary>
    public SignedCaller Begin(string apiKey, string capability, IPAddress? address, string? identifier, CancellationToken cancel, CallBinding? binding = null)
    {
        var caller = new SignedCaller(RecentHashes.Of(apiKey)) { Binding = binding };
        var presumed = apiKeys.WasAccepted(caller.ApiKeyHash, capability, address);
        var standing = apiKeys.CheckAsync(caller.ApiKeyHash, capability, address, cancel);
        var admits = rules.AdmitsAsync(address, identifier, cancel);
        var window = presumed ? TakeAsync(caller, null, cancel) : TakeWhenAcceptedAsync(caller, standing, cancel);
        var accepted = AcceptedAsync(caller, standing, address);
        caller.Admission = new(accepted, AdmittedAsync(caller, accepted, admits, window)) { IsPresumed = presumed };
        return caller;
    }

    /// <summary>As above, for a caller whose download token was found to be good: the access rules remain.</summary>
    public SignedCaller BeginWithToken(IPAddress? address, string? identifier, CancellationToken cancel)
    {
        var caller = new SignedCaller("");
        caller.Admission = Admission.Under(AdmittedAsync(
            caller, Task.FromResult(true), rules.AdmitsAsync(address, identifier, cancel), Unlimited));
        return caller;
    }

    /// <summary>Checks the API key alone: for a license whose window is known to be full.</summary>
    public async Task<SignedCaller> CheckKeyAsync(string apiKey, string capability, IPAddress? address, CancellationToken cancel)
    {
        var caller = new SignedCaller(RecentHashes.Of(apiKey));
        var accepted = AcceptedAsync(caller, apiKeys.CheckAsync(caller.ApiKeyHash, capability, address, cancel), address);
        caller.Admission = new(accepted, accepted);
        await accepted.ConfigureAwait(false);
        return caller;
    }

    /// <summary>The answer to a call without any API key.</summary>
    public SignedAnswer AnswerUnknown(IPAddress? address) =>
        addresses.Count("api-key", address?.ToString() ?? "", options.RateLimits.LicensePerMinute) is { Admitted: false } full
            ? SignedAnswer.TooMany(full, LimitKind.Address)
            : new SignedAnswer(ResultCodes.InvalidApiKey);

    /// <summary>What to answer to a caller without any credential, who is counted by his address; null when he is admitted.</summary>
    public async Task<SignedAnswer?> RefuseAnybodyAsync(IPAddress? address, CancellationToken cancel) =>
        !await rules.AdmitsAsync(address, null, cancel).ConfigureAwait(false) ? new SignedAnswer(ResultCodes.AccessDenied)
        : addresses.Count("anybody", address?.ToString() ?? "", options.RateLimits.LicensePerMinute) is { Admitted: false } full
            ? SignedAnswer.TooMany(full, LimitKind.Address)
            : null;

    /// <summary>
    /// Binds an answer to its request. A call that no API key answers for has no place in a window of one, and its
    /// signature costs as much: those are counted by their address, and all of them together.
    /// </summary>
    public SignedAnswer Bind(SignedAnswer answer, CallBinding? binding, IPAddress? address)
    {
        if (binding is null || answer is not { Limit: null, Problem: null, Instead: null })
            return answer;
        if (binding.IsCounted)
            return answer.BoundBy(binding);
        var own = addresses.Count("nonce", address?.ToString() ?? "", options.RateLimits.LicensePerMinute);
        var all = own.Admitted ? addresses.Count("nonces", "", options.RateLimits.NoncePerMinute) : own;
        return all.Admitted ? answer.BoundBy(binding) : SignedAnswer.TooMany(all, LimitKind.Address);
    }

    private async Task<bool> AcceptedAsync(SignedCaller caller, Task<(ApiKeyStanding Standing, ApiKey? Key)> reading, IPAddress? address)
    {
        var (standing, key) = await reading.ConfigureAwait(false);
        caller.SigningKeyIds = key is { SigningKeyIds.Count: > 0 } ? key.SigningKeyIds : null;
        caller.Refusal = standing switch
        {
            ApiKeyStanding.Accepted => null,
            ApiKeyStanding.Unknown => AnswerUnknown(address),
            ApiKeyStanding.Inactive => new SignedAnswer(ResultCodes.InactiveApiKey),
            ApiKeyStanding.WrongAddress => new SignedAnswer(ResultCodes.WrongIpAddress),
            ApiKeyStanding.LacksCapability => new SignedAnswer(ResultCodes.MissingCapability),
        };
        return standing == ApiKeyStanding.Accepted;
    }

    private static async Task<bool> AdmittedAsync(
        SignedCaller caller, Task<bool> accepted, Task<bool> admits, Task<WindowVerdict> window)
    {
        var isAccepted = await accepted.ConfigureAwait(false);
        var isAdmitted = await admits.ConfigureAwait(false);
        var verdict = await window.ConfigureAwait(false);
        if (!isAccepted)
            return false;
        caller.Refusal = !isAdmitted ? new SignedAnswer(ResultCodes.AccessDenied)
            : verdict is { IsLimited: true, Admitted: false } ? SignedAnswer.TooMany(verdict, LimitKind.ApiKey)
            : null;
        return caller.Refusal is null;
    }

    /// <summary>The rows are read alongside the API key, but nothing is written before the key is accepted.</summary>
    private async Task<WindowVerdict> TakeWhenAcceptedAsync(SignedCaller caller, Task<(ApiKeyStanding Standing, ApiKey? Key)> standing, CancellationToken cancel)
    {
        var hint = limiter.PeekAsync(caller.ApiKeyHash, options.RateLimits.SignedPerMinute, cancel);
        var nonceHint = caller.Binding is null ? null : limiter.PeekAsync(caller.NonceKey, options.RateLimits.NoncePerMinute, cancel);
        var isAccepted = (await standing.ConfigureAwait(false)).Standing == ApiKeyStanding.Accepted;
        var row = await hint.ConfigureAwait(false);
        var nonceRow = nonceHint is null ? null : await nonceHint.ConfigureAwait(false);
        return isAccepted ? await TakeAsync(caller, row, cancel, nonceRow).ConfigureAwait(false) : WindowVerdict.Unlimited;
    }

    private Task<WindowVerdict> TakeAsync(SignedCaller caller, PeekedLimit? hint, CancellationToken cancel, PeekedLimit? nonceHint = null)
    {
        var window = options.RateLimits.SignedPerMinute == 0
            ? Unlimited
            : limiter.TakeAsync(caller.ApiKeyHash, options.RateLimits.SignedPerMinute, hint, cancel).AsTask();
        return caller.Binding is { } binding ? TakeNonceAsync(caller, binding, window, nonceHint, cancel) : window;
    }

    /// <summary>A call with a nonce takes a second place, in the API key's window of such calls, at the same time.</summary>
    private async Task<WindowVerdict> TakeNonceAsync(
        SignedCaller caller, CallBinding binding, Task<WindowVerdict> window, PeekedLimit? hint, CancellationToken cancel)
    {
        var nonces = limiter.TakeAsync(caller.NonceKey, options.RateLimits.NoncePerMinute, hint, cancel).AsTask();
        await Task.WhenAll(window, nonces).ConfigureAwait(false);
        binding.IsCounted = true;
        var (ofKey, ofNonces) = (await window.ConfigureAwait(false), await nonces.ConfigureAwait(false));
        return ofKey.Admitted ? ofNonces : ofKey;
    }
}

/// <summary>The caller of one signed call.</summary>
/// <param name="ApiKeyHash">The hash of the API key.</param>
public sealed record SignedCaller(string ApiKeyHash)
{
    public Admission Admission { get; set; } = null!;

    /// <summary>The signing keys that the caller insists on; null when the current ones will do.</summary>
    public IReadOnlyList<string>? SigningKeyIds { get; set; }

    /// <summary>What to answer when the caller is not admitted.</summary>
    public SignedAnswer? Refusal { get; set; }

    /// <summary>Set when the caller sent a nonce.</summary>
    public CallBinding? Binding { get; init; }

    /// <summary>The partition of the API key's window of calls with a nonce.</summary>
    public string NonceKey => ApiKeyHash + ".nonce";
}
