using LicenseFunctions.Storage;

namespace LicenseFunctions.Limits;

/// <summary>
/// Whose an idempotency key is where the record stands beside a license. Only requests on the same license meet that
/// record, so before anything changes the scope is claimed here, for one payload. An attempt that dies leaves its claim: the
/// next one finds it to be its own, and another payload is refused.
/// </summary>
public sealed class IdempotencyClaims(ITableStore store, IdempotencyKeys keys, TimeProvider time)
{
    /// <summary>The row of a claim, in the partition of the request.</summary>
    internal const string ClaimRow = "claim";

    /// <summary>A claim that is older is another attempt's, and is renewed: it has to hold for as long as the record.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Claims the scope for the payload of the request, and sees to it that claim and record are removed once they have
    /// served their time. Done before the record is written. False when another payload has it.
    /// </summary>
    public async Task<bool> TryClaimAsync(IdempotentRequest request, string partition, CancellationToken cancel)
    {
        for (var isNoted = false; ; isNoted = true)
        {
            var row = await store.FindAsync(TableNames.Idempotency, request.Scope, ClaimRow, cancel).ConfigureAwait(false);
            var now = time.GetUtcNow().ToUnixTimeMilliseconds();
            var isOurs = row is not null && request.IsOf(row.Values);
            if (row is not null && !isOurs && IdempotentRequest.IsHolding(row.Values, now))
                return false;
            if (!isNoted)
            {
                await keys.ExpireAsync(
                    [(TableNames.Licenses, partition, request.RowKey), (TableNames.Idempotency, request.Scope, ClaimRow)], cancel).ConfigureAwait(false);
            }

            if (isOurs && now - row!.Values.GetNumber("recorded_at") < Fresh.TotalMilliseconds)
                return true;
            var values = request.ToClaim(now);
            var change = row is null ? RowChange.Insert(ClaimRow, values) : RowChange.Replace(ClaimRow, values, row.ETag);
            if ((await store.CommitAsync(TableNames.Idempotency, request.Scope, [change], cancel).ConfigureAwait(false)).Committed)
                return true;
        }
    }
}
