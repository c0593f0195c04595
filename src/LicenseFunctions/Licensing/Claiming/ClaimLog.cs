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

    /// <summary>Small enough for a property even when every owner's name is as long as it may be.</summary>
    private const int PerRow = 20;

    /// <summary>Rows of one transaction, which has a limit in bytes too.</summary>
    private const int PerCommit = 15;

    /// <summary>Claims younger than this belong to requests that may still be under way.</summary>
    private static readonly TimeSpan Young = TimeSpan.FromMinutes(5);

    /// <summary>Opens a claim that the timer gives back should it stay open.</summary>
    /// <param name="claim">Its name.</param>
    /// <param name="isNamed">True when the request names itself: then it is left for a further attempt as long as one may come.</param>
    /// <param name="cancel">Cancels the wait.</param>
    public Task OpenAsync(string claim, bool isNamed, CancellationToken cancel) => NoteAsync(claim, isNamed, false, cancel);

    /// <summary>The claim stands. One of a request that names itself is kept, so that a further attempt answers the same.</summary>
    public async Task SettleAsync(string claim, bool isNamed)
    {
        // Before anything is forgotten: a timer that found a part of it only would give back that part.
        await NoteAsync(claim, isNamed, true, CancellationToken.None).ConfigureAwait(false);
        if (!isNamed)
            await CloseAsync(claim).ConfigureAwait(false);
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

    /// <summary>Claims of calls that died, and settled ones that nobody can ask for any more.</summary>
    public async Task<IReadOnlyList<(string Claim, bool IsSettled)>> OverdueAsync(CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        var overdue = new List<(string Claim, bool IsSettled)>();
        await foreach (var row in store.ListAsync(new(TableNames.Idempotency, Open), cancel).ConfigureAwait(false))
        {
            if (row.Values.GetNumber("begun_at") < (now - Young).ToUnixTimeMilliseconds() && row.Values.GetNumber("keep_until") < now.ToUnixTimeMilliseconds())
                overdue.Add((row.Key, row.Values.GetBoolean("settled")));
        }

        return overdue;
    }

    private Task NoteAsync(string claim, bool isNamed, bool isSettled, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        return CommitAsync(Open, [RowChange.Upsert(claim, new()
        {
            ["schema"] = 1,
            ["begun_at"] = now.ToUnixTimeMilliseconds(),
            ["keep_until"] = isNamed ? (now + IdempotentRequest.Holds).ToUnixTimeMilliseconds() : 0,
            ["settled"] = isSettled,
        })], cancel);
    }

    private async Task CommitAsync(string partition, IReadOnlyList<RowChange> changes, CancellationToken cancel) =>
        await store.CommitAsync(TableNames.Idempotency, partition, changes, cancel).ConfigureAwait(false);

    private static string Partition(string claim) => "claim." + claim;
}

[JsonSerializable(typeof(PlannedClaim[]))]
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
internal sealed partial class ClaimJson : JsonSerializerContext;
