namespace LicenseFunctions.Storage;

/// <summary>
/// A row that belongs to whoever wrote it last. Its owner changes it under its ETag; where that is refused, the row says whether
/// another has taken it over, or whether only its ETag has changed.
/// </summary>
internal static class OwnRow
{
    /// <summary>A row that is still one's own is written again when that was refused, but not for ever.</summary>
    private const int MostTries = 5;

    /// <summary>Replaces the row as long as it is one's own.</summary>
    /// <returns>Its new ETag; null when it is another's by now, or gone.</returns>
    public static async Task<string?> TryReplaceAsync(
        ITableStore store, string table, string partition, RowChange change, Func<RowValues, bool> isOwn, CancellationToken cancel)
    {
        for (var tries = 0; tries < MostTries; tries++)
        {
            var result = await store.CommitAsync(table, partition, [change], cancel).ConfigureAwait(false);
            if (result.Committed)
                return result.ETags[0];
            if (await store.FindAsync(table, partition, change.Key, cancel).ConfigureAwait(false) is not { } row || !isOwn(row.Values))
                return null;
            change = RowChange.Replace(change.Key, change.Values, row.ETag);
        }

        return null;
    }
}
