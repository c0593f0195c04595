using LicenseFunctions.Storage;

namespace LicenseFunctions.Licensing;

/// <summary>How many of the keys were new.</summary>
public sealed record CreationResult(int Created, int Duplicate);

/// <summary>Creates licenses: one insert per key, which an existing license of the same key refuses.</summary>
public sealed class LicenseCreation(ITableStore store, Ids ids, TimeProvider time)
{
    private const int AtOnce = 32;

    /// <summary>Creates one license for each key, all like the draft but for key, number and times.</summary>
    /// <param name="draft">The license to be made; its key and number do not matter.</param>
    /// <param name="keys">The license keys; a repeated one counts as a duplicate.</param>
    /// <param name="cancel">Stops before the next key; those made stay.</param>
    public async Task<CreationResult> CreateAsync(License draft, IReadOnlyList<string> keys, CancellationToken cancel)
    {
        var distinct = keys.Distinct(StringComparer.Ordinal).ToArray();
        var first = await ids.ReserveAsync("license", distinct.Length, cancel).ConfigureAwait(false);
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var created = 0;
        await Parallel.ForAsync(0, distinct.Length, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancel }, async (i, token) =>
        {
            var license = draft with { Key = distinct[i], Id = first + i, CreatedAt = now, UpdatedAt = now };
            if (await TryInsertAsync(license, token).ConfigureAwait(false))
                Interlocked.Increment(ref created);
        }).ConfigureAwait(false);
        return new(created, keys.Count - created);
    }

    private async Task<bool> TryInsertAsync(License license, CancellationToken cancel)
    {
        var partition = LicenseRows.Partition(license.Key);
        var result = await store.CommitAsync(
            TableNames.Licenses, partition, [RowChange.Insert(LicenseRows.License, license.ToValues())], cancel).ConfigureAwait(false);
        return result.Committed;
    }
}
