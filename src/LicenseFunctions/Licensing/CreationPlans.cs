using System.Text.Json;
using LicenseFunctions.Licensing.Listing;
using LicenseFunctions.Limits;
using LicenseFunctions.Storage;

namespace LicenseFunctions.Licensing;

/// <summary>
/// What calls that make many licenses are about to make. When such a call dies, a timer lists whatever it had made: the
/// licenses that exist under the numbers of the plan. It makes no further ones, since nobody was told of them. A plan takes
/// as many rows as it needs, and as many commits; until its first row stands, which is written last, there is no plan.
/// </summary>
public sealed class CreationPlans(ITableStore store, ListingWriter lists, TimeProvider time)
{
    private const string Partition = "plans";
    private const string First = ".000";

    /// <summary>Rows of one commit, which has a limit in bytes.</summary>
    private const int RowsAtOnce = 16;

    /// <summary>Plans younger than this belong to requests that may still be under way.</summary>
    private static readonly TimeSpan Young = TimeSpan.FromMinutes(5);

    /// <summary>Writes the plan; whole when this returns. Null when another attempt of the request has written its own.</summary>
    public async Task<Plan?> WriteAsync(IReadOnlyList<License> licenses, Operation? operation, CancellationToken cancel)
    {
        var id = IdOf(operation);
        var now = time.GetUtcNow();
        var json = JsonSerializer.SerializeToUtf8Bytes(
            [.. licenses.Select(license => new PlannedLicense(license.Key, license.Id))], PlanJson.Relaxed.PlannedLicenseArray);
        var chunks = json.Chunk(RowLimits.BinaryBytes).ToArray();
        // Another attempt may have left rows, or be writing some still: each has names of its own but for the first ones,
        // which only one of them can write.
        var attempt = Guid.NewGuid().ToString("N")[..12];
        var changes = chunks.Select((chunk, i) => RowChange.Insert(i < RowsAtOnce ? $"{id}.{i:D3}" : $"{id}.{i:D3}.{attempt}", new()
        {
            ["schema"] = 1,
            ["planned_at"] = now.ToUnixTimeMilliseconds(),
            // The plan of a request that names itself is what a resumed attempt goes on from.
            ["keep_until"] = operation is null ? 0 : (now + IdempotentRequest.Holds).ToUnixTimeMilliseconds(),
            ["attempt"] = attempt,
            ["rows"] = chunks.Length,
            ["licenses"] = chunk,
        })).ToArray();
        foreach (var some in changes.Chunk(RowsAtOnce).Reverse())
        {
            if (await ConflictRetry.RunAsync(() => TryInsertAsync(some, id + First, attempt, cancel), time, cancel).ConfigureAwait(false) is { IsOurs: false })
                return null;
        }

        return new([.. changes.Select(change => change.Key)]);
    }

    /// <summary>Whose the plan is; null when the commit was refused though there is no plan yet.</summary>
    private async Task<Owner?> TryInsertAsync(RowChange[] some, string first, string attempt, CancellationToken cancel)
    {
        if ((await store.CommitAsync(TableNames.Idempotency, Partition, some, cancel).ConfigureAwait(false)).Committed)
            return new(true);
        var row = await store.FindAsync(TableNames.Idempotency, Partition, first, cancel).ConfigureAwait(false);
        return row is null ? null : new(row.Values.GetText("attempt") == attempt);
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
        return WholeOf(rows) is { } whole ? [.. Read(whole).Select(planned => (planned.Key, planned.Id))] : null;
    }

    /// <summary>Removes a plan, its first row at first: what is left should this die is no plan any more.</summary>
    public async Task RemoveAsync(Plan plan, CancellationToken cancel)
    {
        foreach (var some in plan.RowKeys.Chunk(RowLimits.Changes))
            await store.CommitAsync(TableNames.Idempotency, Partition, [.. some.Select(key => RowChange.Delete(key, RowChange.AnyETag))], cancel).ConfigureAwait(false);
    }

    /// <summary>The rows that make up the plan, in order; null when it was not written to its end, or is being removed.</summary>
    private static Row[]? WholeOf(List<Row> rows)
    {
        if (rows.Find(row => row.Key.EndsWith(First, StringComparison.Ordinal)) is not { } first)
            return null;
        Row[] whole = [.. rows.Where(row => row.Values.GetText("attempt") == first.Values.GetText("attempt"))];
        return first.Values.FindNumber("rows") is { } all && all != whole.Length ? null : whole;
    }

    private static string IdOf(Operation? operation) => (operation?.Id ?? Guid.NewGuid()).ToString("N");

    private static PlannedLicense[] Read(IEnumerable<Row> rows) => JsonSerializer.Deserialize(
        rows.SelectMany(row => row.Values.GetBinary("licenses") ?? []).ToArray(), PlanJson.Relaxed.PlannedLicenseArray) ?? [];

    /// <summary>Finishes the plans of calls that died. Called by a timer.</summary>
    public async Task FinishOverdueAsync(CancellationToken cancel)
    {
        var before = (time.GetUtcNow() - Young).ToUnixTimeMilliseconds();
        var plans = new Dictionary<string, List<Row>>(StringComparer.Ordinal);
        await foreach (var row in store.ListAsync(new(TableNames.Idempotency, Partition), cancel).ConfigureAwait(false))
        {
            // The first row comes first, and the others are as it is.
            var id = row.Key[..row.Key.IndexOf('.', StringComparison.Ordinal)];
            if (plans.TryGetValue(id, out var rows))
                rows.Add(row);
            else if (row.Values.GetNumber("planned_at") < before && (!row.Values.GetBoolean("listed") || row.Values.GetNumber("keep_until") < before))
                plans[id] = [row];
        }

        foreach (var plan in plans.Values)
            await FinishAsync(plan, cancel).ConfigureAwait(false);
    }

    private async Task FinishAsync(List<Row> rows, CancellationToken cancel)
    {
        var plan = WholeOf(rows);
        foreach (var planned in plan is null ? [] : Read(plan))
        {
            var row = await store.FindAsync(
                TableNames.Licenses, LicenseRows.Partition(planned.Key), LicenseRows.License, cancel).ConfigureAwait(false);
            if (row is not null && License.From(row.Values) is { } license && license.Id == planned.Id)
                await lists.ApplyAsync(ListChange.Of(license, false, null, null), cancel).ConfigureAwait(false);
        }

        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        // Nobody goes on from a part of a plan, however long it was to be kept.
        var isOver = plan is null || rows[0].Values.GetNumber("keep_until") < now;
        var changes = rows.Select(row => isOver ? RowChange.Delete(row.Key, row.ETag) : Listed(row)).Chunk(RowsAtOnce);
        foreach (var some in isOver ? changes : changes.Reverse())
            await store.CommitAsync(TableNames.Idempotency, Partition, some, cancel).ConfigureAwait(false);
    }

    /// <summary>The lists know of its licenses; it is kept for the request to be resumed.</summary>
    private static RowChange Listed(Row row)
    {
        var values = row.Values.Copy();
        values["listed"] = true;
        return RowChange.Replace(row.Key, values, row.ETag);
    }

    private sealed record Owner(bool IsOurs);

    /// <summary>A plan as written.</summary>
    public sealed record Plan(string[] RowKeys);
}

internal sealed record PlannedLicense(string Key, long Id);

[System.Text.Json.Serialization.JsonSerializable(typeof(PlannedLicense[]))]
internal sealed partial class PlanJson : System.Text.Json.Serialization.JsonSerializerContext
{
    /// <summary>Without escapes, which could triple the size of keys in other scripts.</summary>
    public static PlanJson Relaxed { get; } = new(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}
