using Azure;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Security.KeyVault.Keys;

namespace LicenseFunctions.Signing.KeyVault;

/// <summary>How the vault is called: within a deadline, and with one kind of failure.</summary>
internal sealed class VaultCalls(Uri vault)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan TryTimeout = TimeSpan.FromSeconds(3);

    public static KeyClient Connect(Uri vault, TokenCredential credential, HttpPipelineTransport? transport)
    {
        var options = new KeyClientOptions { RetryPolicy = new VaultRetryPolicy() };
        options.Retry.NetworkTimeout = TryTimeout;
        if (transport is not null)
            options.Transport = transport;
        return new KeyClient(vault, credential, options);
    }

    /// <summary>Whatever goes wrong is <see cref="SigningUnavailableException"/>, unless it is the caller who cancelled.</summary>
    public Task<T> RunAsync<T>(string what, Func<CancellationToken, Task<T>> call, CancellationToken cancel) =>
        RunAsync(what, call, TimeSpan.Zero, cancel);

    /// <summary>The same for a call that waits on its own account too: that time is none that the vault has taken.</summary>
    public async Task<T> RunAsync<T>(string what, Func<CancellationToken, Task<T>> call, TimeSpan settles, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        deadline.CancelAfter(Deadline + settles);
        try
        {
            return await call(deadline.Token);
        }
        catch (Exception failure) when (failure is not SigningUnavailableException)
        {
            // The pipeline wraps what it retried: only the token says who cancelled.
            cancel.ThrowIfCancellationRequested();
            throw Unavailable(what, failure, tooLate: deadline.IsCancellationRequested);
        }
    }

    private SigningUnavailableException Unavailable(string what, Exception failure, bool tooLate)
    {
        // After retries the pipeline gives out the failures of all tries; the last one says enough.
        var last = failure is AggregateException { InnerExceptions: [.., var inner] } ? inner : failure;
        var refused = last as RequestFailedException;
        var reason = refused switch
        {
            _ when tooLate => $"no answer within {Deadline.TotalSeconds:0} seconds",
            { Status: > 0 } => $"it answered {refused.Status} {refused.ErrorCode}".TrimEnd(),
            _ => FirstLine(last.GetBaseException().Message),
        };
        var message = $"The vault '{vault.Host}' could not {what}: {reason}.";
        return VaultRetryPolicy.RetryAfter(refused?.GetRawResponse()) is { } wait
            ? new SigningUnavailableException(message, failure) { RetryAfter = wait }
            : new SigningUnavailableException(message, failure);
    }

    private static string FirstLine(string text) => text.ReplaceLineEndings("\n").Split('\n')[0].TrimEnd('.');
}
