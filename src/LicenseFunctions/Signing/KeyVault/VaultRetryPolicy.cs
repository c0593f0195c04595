using System.Globalization;
using Azure;
using Azure.Core;
using Azure.Core.Pipeline;

namespace LicenseFunctions.Signing.KeyVault;

/// <summary>
/// Three retries with jitter, but none that the vault wants later than a request can wait: then its answer, with its
/// <c>Retry-After</c>, goes to the caller at once.
/// </summary>
internal sealed class VaultRetryPolicy() : RetryPolicy(
    maxRetries: 3,
    DelayStrategy.CreateExponentialDelayStrategy(TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(2)))
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(2);

    public static TimeSpan? RetryAfter(Response? response)
    {
        if (response is null || !response.Headers.TryGetValue("Retry-After", out var text))
            return null;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
            return TimeSpan.FromSeconds(seconds);
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) && time > DateTimeOffset.UtcNow
            ? time - DateTimeOffset.UtcNow
            : null;
    }

    protected override bool ShouldRetry(HttpMessage message, Exception? exception) =>
        !WantsLongerWait(message) && base.ShouldRetry(message, exception);

    protected override ValueTask<bool> ShouldRetryAsync(HttpMessage message, Exception? exception) =>
        WantsLongerWait(message) ? ValueTask.FromResult(false) : base.ShouldRetryAsync(message, exception);

    private static bool WantsLongerWait(HttpMessage message) =>
        message.HasResponse && RetryAfter(message.Response) is { } wait && wait > LongestWait;
}
