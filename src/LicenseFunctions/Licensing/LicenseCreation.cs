using LicenseFunctions.Licensing.Listing;
using LicenseFunctions.Storage;

namespace LicenseFunctions.Licensing;

/// <summary>How many of the keys were new.</summary>
/// <param name="Created">The licenses made, in the order of their keys.</param>
/// <param name="Duplicate">Keys that exist already, or were named before in the same call.</param>
public sealed record CreationResult(IReadOnlyList<License> Created, int Duplicate);

/// <summary>
/// Creates licenses: one insert per key, which an existing license of the same key refuses, then the lists, a hundred rows
/// a transaction. The plan of it is written first, so that whatever it had made is listed even when it dies half-way.
/// </summary>
public sealed class LicenseCreation(ITableStore store, Ids ids, CreationPlans plans, ListingWriter lists, TimeProvider time)
{
    private const int AtOnce = 32;

    /// <summary>Creates one license for each key, all like the draft but for key, number and times.</summary>
    /// <param name="draft">The license to be made; its key and number do not matter.</param>
    /// <param name="keys">The license keys.</param>
    /// <param name="cancel">Stops before the next key; those made stay, and are listed.</param>
    public async Task<CreationResult> CreateAsync(License draft, IReadOnlyList<string> keys, CancellationToken cancel) =>
        await CreateAsync([.. keys.Distinct(StringComparer.Ordinal).Select(key => draft with { Key = key })], keys.Count, cancel).ConfigureAwait(false);

    /// <summary>Creates licenses of different keys.</summary>
    public Task<CreationResult> CreateAsync(IReadOnlyList<License> drafts, CancellationToken cancel) =>
        CreateAsync([.. drafts.DistinctBy(draft => draft.Key, StringComparer.Ordinal)], drafts.Count, cancel);

    private async Task<CreationResult> CreateAsync(License[] drafts, int asked, CancellationToken cancel)
    {
        var first = await ids.ReserveAsync("license", drafts.Length, cancel).ConfigureAwait(false);
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        for (var i = 0; i < drafts.Length; i++)
            drafts[i] = drafts[i] with { Id = first + i, Revision = 1, CreatedAt = now, UpdatedAt = now };
        var plan = await plans.WriteAsync(drafts, cancel).ConfigureAwait(false);
        var isNew = new bool[drafts.Length];
        await Parallel.ForAsync(0, drafts.Length, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancel }, async (i, token) =>
            isNew[i] = await TryInsertAsync(drafts[i], token).ConfigureAwait(false)).ConfigureAwait(false);
        var created = drafts.Where((_, i) => isNew[i]).ToArray();
        await lists.ApplyAsync(created.SelectMany(license => ListChange.Of(license, false, null, null)), CancellationToken.None).ConfigureAwait(false);
        await plans.RemoveAsync(plan, CancellationToken.None).ConfigureAwait(false);
        return new(created, asked - created.Length);
    }

    private async Task<bool> TryInsertAsync(License license, CancellationToken cancel)
    {
        var partition = LicenseRows.Partition(license.Key);
        var result = await store.CommitAsync(
            TableNames.Licenses, partition, [RowChange.Insert(LicenseRows.License, license.ToValues())], cancel).ConfigureAwait(false);
        return result.Committed;
    }
}
