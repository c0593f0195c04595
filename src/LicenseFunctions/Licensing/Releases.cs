using LicenseFunctions.Storage;

namespace LicenseFunctions.Licensing;

/// <summary>A published version of a product's downloads, as far as a changelog tells of it.</summary>
public sealed record Release(long NumericVersion, string Version, long? ReleasedAt, string Summary, string Changelog);

/// <summary>
/// What is read of the downloads for changelogs: rows of the catalog's partition <c>download</c> that begin with the number
/// of the product, of which only the published ones count.
/// </summary>
public sealed class Releases(ITableStore store)
{
    private const string Partition = "download";

    /// <summary>The published versions of a product, newest first.</summary>
    public async Task<IReadOnlyList<Release>> ListAsync(long productId, CancellationToken cancel)
    {
        var releases = new List<Release>();
        var range = new RowRange(TableNames.Catalog, Partition, ProductRows.Number(productId) + ".");
        await foreach (var row in store.ListAsync(range, cancel).ConfigureAwait(false))
        {
            if (row.Values.GetBoolean("published"))
                releases.Add(From(row.Values));
        }

        return [.. releases.OrderByDescending(release => release.NumericVersion)];
    }

    private static Release From(RowValues values) => new(
        values.GetNumber("numeric_version"), values.GetText("version") ?? "", values.FindNumber("release_date"),
        values.GetText("update_summary") ?? "", values.GetText("changelog") ?? "");
}
