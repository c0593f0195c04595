using Azure.Core;
using Azure.Core.Pipeline;

namespace LicenseFunctions.Storage.AzureTables;

/// <summary>
/// Retries what may pass, with growing pauses and jitter, and tells the <see cref="TableCall"/> about every try. A pause
/// the service asks for that would outlast the call is not waited for: the caller is told it instead.
/// </summary>
internal sealed class TableRetryPolicy()
    : RetryPolicy(Retries, DelayStrategy.CreateExponentialDelayStrategy(FirstPause, LongestPause))
{
    private const int Retries = 2;
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    protected override void OnSendingRequest(HttpMessage message) => TableCall.Of(message)?.CountTry();

    protected override ValueTask OnSendingRequestAsync(HttpMessage message)
    {
        OnSendingRequest(message);
        return ValueTask.CompletedTask;
    }

    protected override bool ShouldRetry(HttpMessage message, Exception? exception) =>
        IsWorthWaiting(message) && base.ShouldRetry(message, exception);

    protected override ValueTask<bool> ShouldRetryAsync(HttpMessage message, Exception? exception) =>
        IsWorthWaiting(message) ? base.ShouldRetryAsync(message, exception) : ValueTask.FromResult(false);

    private static bool IsWorthWaiting(HttpMessage message) =>
        TableCall.Of(message) is not { } call
        || !message.HasResponse
        || TableFaults.RetryAfter(message.Response) is not { } pause
        || pause < call.TimeLeft;
}
