namespace LicenseFunctions.Licensing;

/// <summary>A license to be made: by a generator, or of a key that is given.</summary>
/// <param name="Draft">The license; its number does not matter, its key only where there is no generator.</param>
/// <param name="Generator">Makes the key; null when the draft has it.</param>
public sealed record PlannedKey(License Draft, Generator? Generator);

/// <summary>Makes licenses whose keys come from generators. A key that is taken is drawn anew.</summary>
public sealed class LicenseGeneration(LicenseCreation creation)
{
    /// <summary>In a row; a generator whose keys are nearly all taken is given up then.</summary>
    private const int MostEmptyRounds = 16;

    /// <summary>Makes a number of licenses, all like the draft but for key, number and times.</summary>
    /// <returns>The licenses; fewer than asked for when the generator has no free keys any more.</returns>
    public async Task<IReadOnlyList<License>> CreateAsync(
        Generator generator, License draft, int count, CancellationToken cancel, Func<IReadOnlyList<License>, Task>? before = null) =>
        [.. (await CreateAsync([.. Enumerable.Repeat(new PlannedKey(draft, generator), count)], cancel, before).ConfigureAwait(false)).OfType<License>()];

    /// <summary>Makes licenses of different kinds.</summary>
    /// <param name="planned">What is to be made.</param>
    /// <param name="cancel">Stops before the next key; those made stay.</param>
    /// <param name="before">Told of the keys that may be made, before any of them is.</param>
    /// <returns>The licenses in order; null where the given key exists already or the generator has no free keys any more.</returns>
    public async Task<IReadOnlyList<License?>> CreateAsync(
        IReadOnlyList<PlannedKey> planned, CancellationToken cancel, Func<IReadOnlyList<License>, Task>? before = null)
    {
        var made = new License?[planned.Count];
        var tried = new HashSet<string>(StringComparer.Ordinal);
        var missing = Enumerable.Range(0, planned.Count).ToList();
        for (var empty = 0; missing.Count > 0 && empty < MostEmptyRounds;)
        {
            var drawn = missing.Select(i => (Index: i, License: Draw(planned[i]))).Where(each => tried.Add(each.License.Key)).ToArray();
            var places = drawn.ToDictionary(each => each.License.Key, each => each.Index, StringComparer.Ordinal);
            var licenses = Array.ConvertAll(drawn, each => each.License);
            if (before is not null)
                await before(licenses).ConfigureAwait(false);
            var created = licenses.Length == 0 ? [] : (await creation.CreateAsync(licenses, null, cancel).ConfigureAwait(false)).Created;
            foreach (var license in created)
                made[places[license.Key]] = license;
            missing.RemoveAll(i => made[i] is not null || planned[i].Generator is null);
            empty = created.Count == 0 ? empty + 1 : 0;
        }

        return made;
    }

    private static License Draw(PlannedKey planned) =>
        planned.Generator is { } generator ? planned.Draft with { Key = KeyMaker.Make(generator) } : planned.Draft;
}
