using LicenseFunctions.Storage;

namespace LicenseFunctions.Licensing.Claiming;

/// <summary>The licenses that calls have claimed, as the log and the licenses themselves say.</summary>
public sealed class ClaimedLicenses(ClaimLog log, BulkLicenses bulk, ITableStore store)
{
    private const int ReadsAtOnce = 32;

    /// <summary>The licenses that a claim has.</summary>
    public async Task<IReadOnlyList<License>> FindAsync(string claim, CancellationToken cancel)
    {
        var partitions = (await log.ReadAsync(claim, cancel).ConfigureAwait(false)).Select(planned => planned.Partition).Distinct().ToArray();
        var licenses = new License?[partitions.Length];
        await Parallel.ForAsync(0, partitions.Length, new ParallelOptions { MaxDegreeOfParallelism = ReadsAtOnce, CancellationToken = cancel }, async (i, token) =>
        {
            var row = await store.FindAsync(TableNames.Licenses, partitions[i], LicenseRows.License, token).ConfigureAwait(false);
            licenses[i] = row is not null && License.From(row.Values) is var license && IsOf(claim, license) ? license : null;
        }).ConfigureAwait(false);
        return [.. licenses.OfType<License>().OrderBy(license => license.Id)];
    }

    /// <summary>Gives back what a claim has beyond what was decided.</summary>
    /// <param name="claim">Its name.</param>
    /// <param name="decision">What is the caller's.</param>
    /// <param name="known">What this attempt may have claimed, besides what the log says: a timer may have forgotten that.</param>
    public async Task GiveBackAsync(string claim, ClaimDecision decision, IReadOnlyList<PlannedClaim> known)
    {
        var former = new Dictionary<string, PlannedClaim>(StringComparer.Ordinal);
        foreach (var planned in (await log.ReadAsync(claim, CancellationToken.None).ConfigureAwait(false)).Concat(known))
            former[planned.Partition] = planned;
        if (decision.Licenses is not { } given || former.Count <= given.Count)
            return;
        await bulk.ChangeAsync([.. former.Keys], (license, now) => !IsOf(claim, license) || given.Contains(license.Id) ? null : license with
        {
            Status = LicenseStatus.Available,
            OwnerName = former[LicenseRows.Partition(license.Key)].OwnerName,
            OwnerEmail = former[LicenseRows.Partition(license.Key)].OwnerEmail,
            AssignedAt = null,
            Claim = null,
            UpdatedAt = now,
        }).ConfigureAwait(false);
    }

    private static bool IsOf(string claim, License license) => license.Claim == claim && license.Status == LicenseStatus.Assigned;
}
