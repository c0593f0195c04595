using System.Text.Json;
using LicenseFunctions.Licensing.Listing;
using LicenseFunctions.Limits;
using LicenseFunctions.Storage;

namespace LicenseFunctions.Licensing;

/// <summary>
/// What calls that make many licenses are about to make. When such a call dies, a timer lists whatever it had made: the
/// licenses that exist under the numbers of the plan. It makes no further ones, since nobody was told of them.
/// </summary>
public sealed class CreationPlans(ITableStore store, ListingWriter lists, TimeProvider time)
{
    private const string Partition = "plans";

    /// <summary>Plans younger than this belong to requests that may still be under way.</summary>
    private static readonly TimeSpan Young = TimeSpan.FromMinutes(5);

    /// <summary>Writes the plan, in as many rows as it takes, all at once. Null when another attempt of the request has written its own.</summary>
    public async Task<Plan?> WriteAsync(IReadOnlyList<License> licenses, Operation? operation, CancellationToken cancel)
    {
        var id = IdOf(operation);
        var now = time.GetUtcNow();
        var json = JsonSerializer.SerializeToUtf8Bytes(
            [.. licenses.Select(license => new PlannedLicense(license.Key, license.Id))], PlanJson.Relaxed.PlannedLicenseArray);
        var changes = json.Chunk(RowLimits.BinaryBytes).Select((chunk, i) => RowChange.Insert($"{id}.{i:D3}", new()
        {
            ["schema"] = 1,
            ["planned_at"] = now.ToUnixTimeMilliseconds(),
            // The plan of a request that names itself is what a resumed attempt goes on from.
            ["keep_until"] = operation is null ? 0 : (now + IdempotentRequest.Holds).ToUnixTimeMilliseconds(),
            ["licenses"] = chunk,
        })).ToArray();
        var result = await store.CommitAsync(TableNames.Idempotency, Partition, changes, cancel).ConfigureAwait(false);
        return result.Committed ? new(changes, result.ETags) : null;
    }

    /// <summary>The keys and numbers that an earlier attempt was about to make; null when it did not come so far.</summary>
    public async Task<IReadOnlyList<(string Key, long Id)>?> FindAsync(Operation? operation, CancellationToken cancel) =>
        operation is { IsResumed: true } ? await FindStandingAsync(operation, cancel).ConfigureAwait(false) : null;

    /// <summary>As above, whoever wrote it: of two attempts that are alive both make what the first of them planned.</summary>
    public async Task<IReadOnlyList<(string Key, long Id)>?> FindStandingAsync(Operation? operation, CancellationToken cancel)
    {
        var rows = new List<Row>();
        await foreach (var row in store.ListAsync(new(TableNames.Idempotency, Partition, IdOf(operation) + "."), cancel).ConfigureAwait(false))
            rows.Add(row);
        return rows.Count == 0 ? null : [.. Read(rows).Select(planned => (planned.Key, planned.Id))];
    }

    public async Task RemoveAsync(Plan plan, CancellationToken cancel) => await store.CommitAsync(
        TableNames.Idempotency, Partition,
        [.. plan.Rows.Select((row, i) => RowChange.Delete(row.Key, plan.ETags[i]))], cancel).ConfigureAwait(false);

    private static string IdOf(Operation? operation) => (operation?.Id ?? Guid.NewGuid()).ToString("N");

    private static PlannedLicense[] Read(IEnumerable<Row> rows) => JsonSerializer.Deserialize(
        rows.SelectMany(row => row.Values.GetBinary("licenses") ?? []).ToArray(), PlanJson.Relaxed.PlannedLicenseArray) ?? [];

    /// <summary>Finishes the plans of calls that died. Called by a timer.</summary>
    public async Task FinishOverdueAsync(CancellationToken cancel)
    {
        var before = (time.GetUtcNow() - Young).ToUnixTimeMilliseconds();
        var rows = new List<Row>();
        await foreach (var row in store.ListAsync(new(TableNames.Idempotency, Partition), cancel).ConfigureAwait(false))
        {
            if (row.Values.GetNumber("planned_at") < before && (!row.Values.GetBoolean("listed") || row.Values.GetNumber("keep_until") < before))
                rows.Add(row);
        }

        foreach (var plan in rows.GroupBy(row => row.Key[..row.Key.IndexOf('.', StringComparison.Ordinal)], StringComparer.Ordinal))
            await FinishAsync([.. plan], cancel).ConfigureAwait(false);
    }

    private async Task FinishAsync(Row[] plan, CancellationToken cancel)
    {
        foreach (var planned in Read(plan))
        {
            var row = await store.FindAsync(
                TableNames.Licenses, LicenseRows.Partition(planned.Key), LicenseRows.License, cancel).ConfigureAwait(false);
            if (row is not null && License.From(row.Values) is { } license && license.Id == planned.Id)
                await lists.ApplyAsync(ListChange.Of(license, false, null, null), cancel).ConfigureAwait(false);
        }

        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var changes = plan.Select(row => row.Values.GetNumber("keep_until") < now ? RowChange.Delete(row.Key, row.ETag) : Listed(row));
        await store.CommitAsync(TableNames.Idempotency, Partition, [.. changes], cancel).ConfigureAwait(false);
    }

    /// <summary>The lists know of its licenses; it is kept for the request to be resumed.</summary>
    private static RowChange Listed(Row row)
    {
        var values = row.Values.Copy();
        values["listed"] = true;
        return RowChange.Replace(row.Key, values, row.ETag);
    }

    /// <summary>A plan as written.</summary>
    public sealed record Plan(IReadOnlyList<RowChange> Rows, IReadOnlyList<string> ETags);
}

internal sealed record PlannedLicense(string Key, long Id);

[System.Text.Json.Serialization.JsonSerializable(typeof(PlannedLicense[]))]
internal sealed partial class PlanJson : System.Text.Json.Serialization.JsonSerializerContext
{
    /// <summary>Without escapes, which could triple the size of keys in other scripts.</summary>
    public static PlanJson Relaxed { get; } = new(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}
