using System.Text.Json;
using System.Text.Json.Serialization;
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
    public async Task OpenAsync(string claim, CancellationToken cancel) => await CommitAsync(
        Open, [RowChange.Upsert(claim, new() { ["schema"] = 1, ["begun_at"] = time.GetUtcNow().ToUnixTimeMilliseconds() })], cancel).ConfigureAwait(false);

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

    /// <summary>Closes a claim: from here on it stands, or has been given back.</summary>
    public async Task CloseAsync(string claim)
    {
        await CommitAsync(Open, [RowChange.Delete(claim, RowChange.AnyETag)], CancellationToken.None).ConfigureAwait(false);
        var keys = new List<string>();
        await foreach (var row in store.ListAsync(new(TableNames.Idempotency, Partition(claim)), CancellationToken.None).ConfigureAwait(false))
            keys.Add(row.Key);
        foreach (var some in keys.Chunk(RowLimits.Changes))
            await CommitAsync(Partition(claim), [.. some.Select(key => RowChange.Delete(key, RowChange.AnyETag))], CancellationToken.None).ConfigureAwait(false);
    }

    /// <summary>Claims of calls that died.</summary>
    public async Task<IReadOnlyList<string>> OverdueAsync(CancellationToken cancel)
    {
        var before = (time.GetUtcNow() - Young).ToUnixTimeMilliseconds();
        var overdue = new List<string>();
        await foreach (var row in store.ListAsync(new(TableNames.Idempotency, Open), cancel).ConfigureAwait(false))
        {
            if (row.Values.GetNumber("begun_at") < before)
                overdue.Add(row.Key);
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
