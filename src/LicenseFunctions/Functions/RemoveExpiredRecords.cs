using LicenseFunctions.Licensing;
using LicenseFunctions.Limits;
using Microsoft.Azure.Functions.Worker;

namespace LicenseFunctions.Functions;

/// <summary>Every hour: removes the records of idempotency keys that are older than a day.</summary>
public sealed class RemoveExpiredRecords(IdempotencyKeys keys, Traces traces)
{
    [Function(nameof(RemoveExpiredRecords))]
    public async Task Run([TimerTrigger("0 7 * * * *")] TimerInfo timer, CancellationToken cancel)
    {
        await keys.RemoveExpiredAsync(cancel).ConfigureAwait(false);
        await traces.RemoveOldAsync(cancel).ConfigureAwait(false);
    }
}
