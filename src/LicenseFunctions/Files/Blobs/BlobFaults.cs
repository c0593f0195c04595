using Azure;
using Azure.Identity;
using LicenseFunctions.Storage;

namespace LicenseFunctions.Files.Blobs;

/// <summary>What the errors of the service mean to the store.</summary>
internal static class BlobFaults
{
    /// <summary>Unreachable or too slow, or the identity's endpoint did not hand out a token: may pass by itself.</summary>
    public static bool IsTransient(Exception fault) => fault switch
    {
        AggregateException many => many.InnerExceptions.All(IsTransient),
        RequestFailedException or OperationCanceledException or IOException or HttpRequestException or AuthenticationFailedException => true,
        _ => false,
    };

    public static StorageUnavailableException Unavailable(Exception fault) => new("The blob service is unreachable or too slow.", fault);

    /// <summary>After the pipeline's retries: throttled, or set up wrongly, which the message tells the operator.</summary>
    public static StorageUnavailableException Refused(Response answer)
    {
        answer.Headers.TryGetValue("x-ms-error-code", out var code);
        return new($"The blob service answered {answer.Status} {code}".TrimEnd() + ".");
    }
}
