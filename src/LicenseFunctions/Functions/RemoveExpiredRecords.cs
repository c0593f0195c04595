using LicenseFunctions.Limits;
using Microsoft.Azure.Functions.Worker;

namespace LicenseFunctions.Functions;

/// <summary>Every hour: removes the records of idempotency keys that are older than a day.</summary>
public sealed class RemoveExpiredRecords(IdempotencyKeys keys)
{
    [Function(nameof(RemoveExpiredRecords))]
    public Task Run([TimerTrigger("0 7 * * * *")] TimerInfo timer, CancellationToken cancel) => keys.RemoveExpiredAsync(cancel);
}
