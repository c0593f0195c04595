using LicenseFunctions.Limits;
using LicenseFunctions.Storage;

namespace LicenseFunctions.Licensing;

/// <summary>A license to be made: by a generator, or of a key that is given.</summary>
/// <param name="Draft">The license; its number does not matter, its key only where there is no generator.</param>
/// <param name="Generator">Makes the key; null when the draft has it.</param>
public sealed record PlannedKey(License Draft, Generator? Generator);

/// <summary>Makes licenses whose keys come from generators. A key that is taken is drawn anew.</summary>
public sealed class LicenseGeneration(LicenseCreation creation, ITableStore store)
{
    /// <summary>Keys that are looked up at once when one is drawn anew.</summary>
    private const int AtOnce = 16;

    /// <summary>So often at most, for one key; a generator all of whose keys are taken, or nearly, is given up then.</summary>
    private const int MostLookups = 64;

    /// <summary>Makes a number of licenses, all like the draft but for key, number and times.</summary>
    /// <returns>The licenses; fewer than asked for when the generator has no free keys any more.</returns>
    public async Task<IReadOnlyList<License>> CreateAsync(
        Generator generator, License draft, int count, Operation? operation, CancellationToken cancel, Func<IReadOnlyList<License>, Task>? before = null) =>
        [.. (await CreateAsync([.. Enumerable.Repeat(new PlannedKey(draft, generator), count)], operation, cancel, before).ConfigureAwait(false)).OfType<License>()];

    /// <summary>Makes licenses of different kinds.</summary>
    /// <param name="planned">What is to be made.</param>
    /// <param name="operation">Set when the request names itself: a resumed one has the keys that the earlier one drew.</param>
    /// <param name="cancel">Stops before the next key; those made stay.</param>
    /// <param name="before">Told of the keys that may be made, before any of them is.</param>
    /// <returns>The licenses in order; null where the given key exists already or the generator has no free keys any more.</returns>
    public async Task<IReadOnlyList<License?>> CreateAsync(
        IReadOnlyList<PlannedKey> planned, Operation? operation, CancellationToken cancel, Func<IReadOnlyList<License>, Task>? before = null)
    {
        var made = new License?[planned.Count];
        var tried = new HashSet<string>(StringComparer.Ordinal);
        var drawn = planned.Select((each, i) => (Index: i, License: Draw(each))).Where(each => tried.Add(each.License.Key)).ToList();
        while (drawn.Count > 0)
        {
            var licenses = drawn.ConvertAll(each => each.License);
            if (before is not null)
                await before(licenses).ConfigureAwait(false);
            var result = await creation.CreateAsync(licenses, operation, cancel).ConfigureAwait(false);
            foreach (var (index, license) in drawn.Where((_, i) => result.IsNew[i]).Select(each => each.Index).Zip(result.Created))
                made[index] = license;
            drawn = await DrawAnewAsync(planned, made, tried, cancel).ConfigureAwait(false);
            // What is drawn anew belongs to no plan of an earlier attempt.
            operation = null;
        }

        return made;
    }

    private async Task<List<(int Index, License License)>> DrawAnewAsync(
        IReadOnlyList<PlannedKey> planned, License?[] made, HashSet<string> tried, CancellationToken cancel)
    {
        var drawn = new List<(int Index, License License)>();
        for (var i = 0; i < planned.Count; i++)
        {
            if (made[i] is not null || planned[i].Generator is not { } generator)
                continue;
            if (await FindFreeAsync(generator, tried, cancel).ConfigureAwait(false) is not { } key)
                return [];
            drawn.Add((i, planned[i].Draft with { Key = key }));
        }

        return drawn;
    }

    /// <summary>A key that nothing has yet. Looking is cheaper than making, of which few would succeed where many keys are taken.</summary>
    private async Task<string?> FindFreeAsync(Generator generator, HashSet<string> tried, CancellationToken cancel)
    {
        for (var i = 0; i < MostLookups; i++)
        {
            var keys = Enumerable.Range(0, AtOnce).Select(_ => KeyMaker.Make(generator)).Distinct().Where(key => !tried.Contains(key)).ToArray();
            var rows = await Task.WhenAll(keys.Select(key =>
                store.FindAsync(TableNames.Licenses, LicenseRows.Partition(key), LicenseRows.License, cancel).AsTask())).ConfigureAwait(false);
            if (Array.IndexOf(rows, null) is var free and >= 0 && tried.Add(keys[free]))
                return keys[free];
        }

        return null;
    }

    private static License Draw(PlannedKey planned) =>
        planned.Generator is { } generator ? planned.Draft with { Key = KeyMaker.Make(generator) } : planned.Draft;
}
