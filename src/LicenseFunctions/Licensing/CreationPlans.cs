using System.Text.Json;
using LicenseFunctions.Licensing.Listing;
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

    /// <summary>Writes the plan; a plan of no more than one chunk is one row.</summary>
    public async Task<Plan> WriteAsync(IReadOnlyList<License> licenses, CancellationToken cancel)
    {
        var id = Guid.NewGuid().ToString("N");
        var json = JsonSerializer.SerializeToUtf8Bytes(
            [.. licenses.Select(license => new PlannedLicense(LicenseRows.Partition(license.Key), license.Id))], PlanJson.Default.PlannedLicenseArray);
        var changes = json.Chunk(RowLimits.BinaryBytes).Select((chunk, i) => RowChange.Insert($"{id}.{i:D3}", new()
        {
            ["schema"] = 1,
            ["planned_at"] = time.GetUtcNow().ToUnixTimeMilliseconds(),
            ["licenses"] = chunk,
        })).ToArray();
        var result = await store.CommitAsync(TableNames.Idempotency, Partition, changes, cancel).ConfigureAwait(false);
        return new(changes, result.ETags);
    }

    public async Task RemoveAsync(Plan plan, CancellationToken cancel) => await store.CommitAsync(
        TableNames.Idempotency, Partition,
        [.. plan.Rows.Select((row, i) => RowChange.Delete(row.Key, plan.ETags[i]))], cancel).ConfigureAwait(false);

    /// <summary>Finishes the plans of calls that died. Called by a timer.</summary>
    public async Task FinishOverdueAsync(CancellationToken cancel)
    {
        var before = (time.GetUtcNow() - Young).ToUnixTimeMilliseconds();
        var rows = new List<Row>();
        await foreach (var row in store.ListAsync(new(TableNames.Idempotency, Partition), cancel).ConfigureAwait(false))
        {
            if (row.Values.GetNumber("planned_at") < before)
                rows.Add(row);
        }

        foreach (var plan in rows.GroupBy(row => row.Key[..row.Key.IndexOf('.', StringComparison.Ordinal)], StringComparer.Ordinal))
            await FinishAsync([.. plan], cancel).ConfigureAwait(false);
    }

    private async Task FinishAsync(Row[] plan, CancellationToken cancel)
    {
        var json = plan.SelectMany(row => row.Values.GetBinary("licenses") ?? []).ToArray();
        foreach (var planned in JsonSerializer.Deserialize(json, PlanJson.Default.PlannedLicenseArray) ?? [])
        {
            var row = await store.FindAsync(TableNames.Licenses, planned.Partition, LicenseRows.License, cancel).ConfigureAwait(false);
            if (row is not null && License.From(row.Values) is { } license && license.Id == planned.Id)
                await lists.ApplyAsync(ListChange.Of(license, false, null, null), cancel).ConfigureAwait(false);
        }

        await store.CommitAsync(
            TableNames.Idempotency, Partition, [.. plan.Select(row => RowChange.Delete(row.Key, row.ETag))], cancel).ConfigureAwait(false);
    }

    /// <summary>A plan as written.</summary>
    public sealed record Plan(IReadOnlyList<RowChange> Rows, IReadOnlyList<string> ETags);
}

internal sealed record PlannedLicense(string Partition, long Id);

[System.Text.Json.Serialization.JsonSerializable(typeof(PlannedLicense[]))]
internal sealed partial class PlanJson : System.Text.Json.Serialization.JsonSerializerContext;
