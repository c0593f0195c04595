using System.Text.Json;
using System.Text.Json.Serialization;
using LicenseFunctions.Licensing;
using LicenseFunctions.Signing;
using LicenseFunctions.Storage;

namespace LicenseFunctions.KeyRotation;

/// <summary>The plans of signing keys, a row of the catalogue for each name. No private half is anywhere near them.</summary>
public sealed class KeyPlans(ITableStore store, Products products)
{
    internal const string Partition = "signing-key";
    private const string Property = "versions";

    /// <summary>What <see cref="SigningKeys"/> reads; a store that does not answer means that keys are not to be had now.</summary>
    public KeyDirectory Directory => new(
        cancel => ReadAsync(() => ListAsync(cancel)),
        cancel => ReadAsync<IReadOnlyCollection<string>>(async () =>
            [.. (await products.ListAsync(cancel).ConfigureAwait(false)).Select(product => product.SigningKeyName).OfType<string>().Distinct(StringComparer.Ordinal)]));

    public async Task<IReadOnlyList<KeyPlan>> ListAsync(CancellationToken cancel)
    {
        var plans = new List<KeyPlan>();
        await foreach (var row in store.ListAsync(new(TableNames.Catalog, Partition), cancel).ConfigureAwait(false))
            plans.Add(From(row));
        return plans;
    }

    /// <summary>A name's plan and what it is written back under; null when it has none.</summary>
    public async Task<(KeyPlan Plan, string ETag)?> FindAsync(string name, CancellationToken cancel) =>
        await store.FindAsync(TableNames.Catalog, Partition, name, cancel).ConfigureAwait(false) is { } row ? (From(row), row.ETag) : null;

    /// <summary>Writes a plan; false when somebody else did meanwhile.</summary>
    /// <param name="plan">The whole plan.</param>
    /// <param name="etag">What it was read under; null where there was none.</param>
    /// <param name="cancel">Cancels the wait.</param>
    public async Task<bool> TryWriteAsync(KeyPlan plan, string? etag, CancellationToken cancel)
    {
        var values = ValuesOf(plan);
        var change = etag is null ? RowChange.Insert(plan.Name, values) : RowChange.Replace(plan.Name, values, etag);
        return (await store.CommitAsync(TableNames.Catalog, Partition, [change], cancel).ConfigureAwait(false)).Committed;
    }

    /// <summary>The plan as its row has it.</summary>
    internal static KeyPlan From(Row row) => From(row.Key, row.Values);

    /// <summary>The plan as the values of a name's row have it.</summary>
    internal static KeyPlan From(string name, RowValues values) =>
        new(name, JsonSerializer.Deserialize(values.GetText(Property)!, KeyPlanJson.Default.PlannedVersionArray)!);

    /// <summary>The values of a plan's row.</summary>
    internal static RowValues ValuesOf(KeyPlan plan) => new()
    {
        ["schema"] = 1,
        [Property] = JsonSerializer.Serialize([.. plan.Versions], KeyPlanJson.Default.PlannedVersionArray),
    };

    private static async Task<T> ReadAsync<T>(Func<Task<T>> read)
    {
        try
        {
            return await read().ConfigureAwait(false);
        }
        catch (StorageUnavailableException failure)
        {
            throw new SigningUnavailableException("The store does not say which keys sign.", failure) { RetryAfter = failure.RetryAfter };
        }
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(PlannedVersion[]))]
internal sealed partial class KeyPlanJson : JsonSerializerContext;
