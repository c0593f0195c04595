using System.Text.Json;
using System.Text.Json.Serialization;
using LicenseFunctions.Limits;
using LicenseFunctions.Storage;

namespace LicenseFunctions.Licensing.Claiming;

/// <summary>A license that a call is about to claim, and whose it was before.</summary>
public sealed record PlannedClaim(string Partition, string? OwnerName = null, string? OwnerEmail = null)
{
    public static PlannedClaim Of(License license) => new(LicenseRows.Partition(license.Key), license.OwnerName, license.OwnerEmail);
}

/// <summary>
/// Which licenses a call may have claimed, written before it claims them: with the claim's name on each license
/// (<see cref="License.Claim"/>) it tells what the call had got to, if it dies.
/// </summary>
public sealed class ClaimLog(ITableStore store, TimeProvider time)
{
    private const string Open = "claims";
    private const string Attempt = "attempt";

    /// <summary>Small enough for a property even when every owner's name is as long as it may be.</summary>
    private const int PerRow = 20;

    /// <summary>Rows of one transaction, which has a limit in bytes too.</summary>
    private const int PerCommit = 15;

    /// <summary>Claims younger than this belong to requests that may still be under way.</summary>
    private static readonly TimeSpan Young = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Opens a claim that the timer gives back should it stay open; one of a request that names itself is left for a further
    /// attempt as long as one may come. One that is open already is taken over; one that is decided stays as it is.
    /// </summary>
    public Task<OpenClaim> OpenAsync(string claim, Operation? operation, CancellationToken cancel)
    {
        var mayStand = operation is { IsResumed: true };
        var attempt = Guid.NewGuid().ToString("N");
        return ConflictRetry.RunAsync(async () =>
        {
            var found = mayStand ? await FindAsync(claim, cancel).ConfigureAwait(false) : null;
            mayStand = operation is not null;
            if (found?.Decision is not null)
                return found;
            var now = time.GetUtcNow();
            var values = new RowValues
            {
                ["schema"] = 1,
                ["begun_at"] = now.ToUnixTimeMilliseconds(),
                ["keep_until"] = operation is null ? 0 : (now + IdempotentRequest.Holds).ToUnixTimeMilliseconds(),
                ["settled"] = false,
                [Attempt] = attempt,
            };
            var change = found is null ? RowChange.Insert(claim, values) : RowChange.Replace(claim, values, found.ETag);
            var result = await store.CommitAsync(TableNames.Idempotency, Open, [change], cancel).ConfigureAwait(false);
            return result.Committed ? new OpenClaim(claim, values, result.ETags[0], found is not null) : null;
        }, time, cancel);
    }

    /// <summary>A claim that is not closed yet; null when it is.</summary>
    public async Task<OpenClaim?> FindAsync(string claim, CancellationToken cancel) =>
        await store.FindAsync(TableNames.Idempotency, Open, claim, cancel).ConfigureAwait(false) is { } row ? new(claim, row.Values, row.ETag, true) : null;

    /// <summary>Decides what becomes of a claim; false when it is not this attempt's any more. Before anything is forgotten or given back.</summary>
    public async Task<bool> TryDecideAsync(OpenClaim claim, ClaimDecision decision)
    {
        var values = claim.Values.Copy();
        decision.Write(values);
        return await OwnRow.TryReplaceAsync(
            store, TableNames.Idempotency, Open, RowChange.Replace(claim.Name, values, claim.ETag),
            row => ClaimDecision.From(row) is null && row.GetText(Attempt) == claim.Values.GetText(Attempt), CancellationToken.None).ConfigureAwait(false) is not null;
    }

    /// <summary>Writes down what is about to be claimed.</summary>
    public async Task AddAsync(string claim, IEnumerable<PlannedClaim> planned, CancellationToken cancel)
    {
        var rows = planned.Chunk(PerRow).Select(some => RowChange.Insert(Guid.NewGuid().ToString("N"), new()
        {
            ["schema"] = 1,
            ["planned_at"] = time.GetUtcNow().ToUnixTimeMilliseconds(),
            ["claims"] = JsonSerializer.SerializeToUtf8Bytes(some, ClaimJson.Default.PlannedClaimArray),
        }));
        foreach (var some in rows.Chunk(PerCommit))
            await CommitAsync(Partition(claim), some, cancel).ConfigureAwait(false);
    }

    /// <summary>All that may have been claimed.</summary>
    public async Task<IReadOnlyList<PlannedClaim>> ReadAsync(string claim, CancellationToken cancel)
    {
        var planned = new List<PlannedClaim>();
        await foreach (var row in store.ListAsync(new(TableNames.Idempotency, Partition(claim)), cancel).ConfigureAwait(false))
            planned.AddRange(JsonSerializer.Deserialize(row.Values.GetBinary("claims") ?? "[]"u8, ClaimJson.Default.PlannedClaimArray) ?? []);
        return planned;
    }

    /// <summary>Forgets a claim: it stands, or has been given back. That it is open goes last, so that a timer finds what is left.</summary>
    public async Task CloseAsync(string claim)
    {
        var keys = new List<string>();
        await foreach (var row in store.ListAsync(new(TableNames.Idempotency, Partition(claim)), CancellationToken.None).ConfigureAwait(false))
            keys.Add(row.Key);
        foreach (var some in keys.Chunk(RowLimits.Changes))
            await CommitAsync(Partition(claim), [.. some.Select(key => RowChange.Delete(key, RowChange.AnyETag))], CancellationToken.None).ConfigureAwait(false);
        await CommitAsync(Open, [RowChange.Delete(claim, RowChange.AnyETag)], CancellationToken.None).ConfigureAwait(false);
    }

    /// <summary>Claims of calls that died, and decided ones that nobody can ask for any more.</summary>
    public async Task<IReadOnlyList<OpenClaim>> OverdueAsync(CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        var overdue = new List<OpenClaim>();
        await foreach (var row in store.ListAsync(new(TableNames.Idempotency, Open), cancel).ConfigureAwait(false))
        {
            if (row.Values.GetNumber("begun_at") < (now - Young).ToUnixTimeMilliseconds() && row.Values.GetNumber("keep_until") < now.ToUnixTimeMilliseconds())
                overdue.Add(new(row.Key, row.Values, row.ETag, true));
        }

        return overdue;
    }

    private async Task CommitAsync(string partition, IReadOnlyList<RowChange> changes, CancellationToken cancel) =>
        await store.CommitAsync(TableNames.Idempotency, partition, changes, cancel).ConfigureAwait(false);

    private static string Partition(string claim) => "claim." + claim;
}

[JsonSerializable(typeof(PlannedClaim[]))]
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
internal sealed partial class ClaimJson : JsonSerializerContext;
