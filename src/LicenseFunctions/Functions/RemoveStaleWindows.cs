using LicenseFunctions.Limits;
using Microsoft.Azure.Functions.Worker;

namespace LicenseFunctions.Functions;

/// <summary>Every night: removes the windows of API keys that have not been used for an hour.</summary>
public sealed class RemoveStaleWindows(StaleWindows windows)
{
    [Function(nameof(RemoveStaleWindows))]
    public Task Run([TimerTrigger("0 17 3 * * *")] TimerInfo timer, CancellationToken cancel) => windows.RemoveAsync(cancel);
}
