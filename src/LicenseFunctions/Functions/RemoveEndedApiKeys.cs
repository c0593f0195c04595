using LicenseFunctions.Licensing;
using Microsoft.Azure.Functions.Worker;

namespace LicenseFunctions.Functions;

/// <summary>Every night: removes secrets of API keys that were rotated away a month ago (or longer, see <c>Signing__RetireAfter</c>).</summary>
public sealed class RemoveEndedApiKeys(ApiKeys keys, LicensingOptions options)
{
    [Function(nameof(RemoveEndedApiKeys))]
    public Task Run([TimerTrigger("0 27 3 * * *")] TimerInfo timer, CancellationToken cancel) => keys.RemoveEndedAsync(options.SigningRetireAfter, cancel);
}
