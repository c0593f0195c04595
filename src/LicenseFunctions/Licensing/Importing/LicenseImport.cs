using LicenseFunctions.Storage;

namespace LicenseFunctions.Licensing.Importing;

/// <summary>
/// Brings in licenses of another system, some at a time: made as any others are, with lists, counts and events, and with
/// their activations in the same transaction. Done again it finds them there, and completes what was interrupted.
/// </summary>
public sealed class LicenseImport(ITableStore store, LicenseCreation creation, TimeProvider time)
{
    private const int AtOnce = 64;

    /// <summary>Says what would become of them.</summary>
    public async Task<IReadOnlyList<ImportVerdict>> PreviewAsync(IReadOnlyList<ImportedLicense> licenses, CancellationToken cancel) =>
        await CompareAsync(licenses, cancel).ConfigureAwait(false);

    /// <summary>Makes those that are not there yet.</summary>
    /// <param name="licenses">Of different keys.</param>
    /// <param name="cancel">Stops before the next license; those made stay, and are listed.</param>
    public async Task<IReadOnlyList<ImportVerdict>> ApplyAsync(IReadOnlyList<ImportedLicense> licenses, CancellationToken cancel)
    {
        var compared = await CompareAsync(licenses, cancel).ConfigureAwait(false);
        var fresh = Enumerable.Range(0, licenses.Count).Where(i => compared[i].Outcome == ImportOutcome.Created).ToArray();
        var isNew = await CreateAsync([.. fresh.Select(i => licenses[i])], cancel).ConfigureAwait(false);
        for (var i = 0; i < fresh.Length; i++)
        {
            if (!isNew[i])
                compared[fresh[i]] = new(ImportOutcome.Refused, "was created by somebody else meanwhile");
        }

        await Parallel.ForAsync(0, licenses.Count, Bounded(cancel), async (i, token) =>
        {
            var isWanting = compared[i].Outcome == ImportOutcome.Completed
                || (compared[i].Outcome == ImportOutcome.Created && licenses[i].Activations.Count > ImportedActivations.AtOnce);
            if (isWanting)
                await CompleteAsync(licenses[i], token).ConfigureAwait(false);
        }).ConfigureAwait(false);
        return compared;
    }

    private async Task<IReadOnlyList<bool>> CreateAsync(ImportedLicense[] licenses, CancellationToken cancel)
    {
        if (licenses.Length == 0)
            return [];
        var now = Now;
        var activations = licenses.ToDictionary(each => each.Draft.Key, each => ImportedActivations.Of(each, Since(each.Draft, now)), StringComparer.Ordinal);
        var result = await creation.CreateAsync(
            [.. licenses.Select(each => ImportedActivations.Begin(each.Draft, activations[each.Draft.Key]))],
            license => Beside(license, activations[license.Key]), cancel).ConfigureAwait(false);
        return result.IsNew;
    }

    private static IEnumerable<RowChange> Beside(License license, IReadOnlyList<LatestActivation> activations) => activations.Count == 0 ? [] :
    [
        .. ImportedActivations.Rows(license, activations.Take(ImportedActivations.AtOnce)),
        RowChange.Upsert(LicenseRows.Usage, LicenseUsage.Unused(license, activations[0].IdentifierHash)),
    ];

    /// <summary>Adds the activations that are missing, some at a time, each time with the count.</summary>
    private async Task CompleteAsync(ImportedLicense imported, CancellationToken cancel)
    {
        var partition = LicenseRows.Partition(imported.Draft.Key);
        while (true)
        {
            var row = await store.FindAsync(TableNames.Licenses, partition, LicenseRows.License, cancel).ConfigureAwait(false);
            if (row is null)
                return;
            var license = License.From(row.Values);
            var there = await ActiveAsync(license, cancel).ConfigureAwait(false);
            var missing = ImportedActivations.Of(imported, Since(license, license.CreatedAt)).Where(each => !there.Contains(each.Identifier)).Take(ImportedActivations.AtOnce).ToArray();
            if (missing.Length == 0)
                return;
            var latest = license.Latest is { } known && known.ActivatedAt >= missing[0].ActivatedAt ? known : missing[0];
            var changed = license with { ActiveCount = license.ActiveCount + missing.Length, Latest = latest };
            var usage = await store.FindAsync(TableNames.Licenses, partition, LicenseRows.Usage, cancel).ConfigureAwait(false);
            // A lost race is one with a request; what it did is read anew.
            await store.CommitAsync(
                TableNames.Licenses, partition,
                [
                    RowChange.Replace(LicenseRows.License, changed.ToValues(), row.ETag), LicenseUsage.WitnessOf(usage),
                    .. ImportedActivations.Rows(license, missing),
                ], cancel).ConfigureAwait(false);
        }
    }

    private async Task<ImportVerdict[]> CompareAsync(IReadOnlyList<ImportedLicense> licenses, CancellationToken cancel)
    {
        var compared = new ImportVerdict[licenses.Count];
        await Parallel.ForAsync(0, licenses.Count, Bounded(cancel), async (i, token) =>
            compared[i] = await CompareAsync(licenses[i], token).ConfigureAwait(false)).ConfigureAwait(false);
        return compared;
    }

    private async ValueTask<ImportVerdict> CompareAsync(ImportedLicense imported, CancellationToken cancel)
    {
        var row = await store.FindAsync(TableNames.Licenses, LicenseRows.Partition(imported.Draft.Key), LicenseRows.License, cancel).ConfigureAwait(false);
        if (row is null)
            return new(ImportOutcome.Created);
        var license = License.From(row.Values);
        if (ImportComparison.Differences(license, imported) is { Count: > 0 } differences)
            return new(ImportOutcome.Refused, $"exists already with another {string.Join(", ", differences)}");
        var there = license.ActiveCount == 0 ? [] : await ActiveAsync(license, cancel).ConfigureAwait(false);
        return (there.IsSubsetOf(imported.Activations.Select(each => each.Identifier)), there.Count == imported.Activations.Count) switch
        {
            (true, true) => new(ImportOutcome.AlreadyThere),
            (true, false) => new(ImportOutcome.Completed),
            _ => new(ImportOutcome.Refused, "exists already with other identifiers"),
        };
    }

    private async Task<HashSet<string>> ActiveAsync(License license, CancellationToken cancel)
    {
        var identifiers = new HashSet<string>(StringComparer.Ordinal);
        var range = new RowRange(TableNames.Licenses, LicenseRows.Partition(license.Key), LicenseRows.Activation(""));
        await foreach (var row in store.ListAsync(range, cancel).ConfigureAwait(false))
        {
            if (LicenseUsage.IsOf(row.Values, license))
                identifiers.Add(row.Values.GetText("identifier") ?? "");
        }

        return identifiers;
    }

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Since when an identifier is active of which that is not known.</summary>
    private static long Since(License license, long otherwise) => license.AssignedAt ?? (license.CreatedAt > 0 ? license.CreatedAt : otherwise);

    private static ParallelOptions Bounded(CancellationToken cancel) => new() { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancel };
}
