using System.Globalization;
using Azure;
using Azure.Identity;

namespace LicenseFunctions.Storage.AzureTables;

/// <summary>What the errors of the service and its client mean to the store.</summary>
internal static class TableFaults
{
    /// <summary>Throttled, unreachable or too slow: may pass by itself.</summary>
    public static bool IsTransient(Exception fault) => fault switch
    {
        // The client reports several failed tries together.
        AggregateException many => many.InnerExceptions.All(IsTransient),
        RequestFailedException answer => answer.Status is 0 or 408 or 429 or 500 or 502 or 503 or 504,
        // A try that timed out or the end of the call's deadline; the caller's own cancellation is seen to before.
        OperationCanceledException or IOException or HttpRequestException => true,
        // The identity's endpoint did not hand out a token.
        AuthenticationFailedException => true,
        _ => false,
    };

    /// <summary>A row was not as a change requires it.</summary>
    public static bool IsConflict(RequestFailedException fault) => (fault.Status, fault.ErrorCode) switch
    {
        (409, "EntityAlreadyExists") => true,
        (412, _) => true,
        (404, var code) => code is not ("TableNotFound" or null),
        _ => false,
    };

    public static StorageUnavailableException Unavailable(Exception fault)
    {
        var last = fault is AggregateException many ? many.InnerExceptions[^1] : fault;
        var answer = (last as RequestFailedException)?.GetRawResponse();
        const string message = "The table service is throttled, unreachable or too slow.";
        return answer is not null && RetryAfter(answer) is { } pause
            ? new(message, fault) { RetryAfter = pause }
            : new(message, fault);
    }

    /// <summary>How long the service asks to wait, in any of the forms it has for that.</summary>
    public static TimeSpan? RetryAfter(Response answer)
    {
        foreach (var name in (ReadOnlySpan<string>)["retry-after-ms", "x-ms-retry-after-ms"])
        {
            if (answer.Headers.TryGetValue(name, out var text) && Number(text) is { } milliseconds)
                return TimeSpan.FromMilliseconds(milliseconds);
        }

        if (!answer.Headers.TryGetValue("Retry-After", out var after))
            return null;
        if (Number(after) is { } seconds)
            return TimeSpan.FromSeconds(seconds);
        return DateTimeOffset.TryParse(after, CultureInfo.InvariantCulture, out var at)
            ? TimeSpan.FromTicks(Math.Max(0, (at - DateTimeOffset.UtcNow).Ticks))
            : null;
    }

    private static int? Number(string? text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
