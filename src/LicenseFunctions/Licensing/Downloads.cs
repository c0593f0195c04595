using System.Globalization;
using LicenseFunctions.Storage;

namespace LicenseFunctions.Licensing;

/// <summary>
/// The versions of the products: a small set in one partition, where a product's numbers and versions are unique by their
/// rows.
/// </summary>
public sealed class Downloads(ITableStore store, PartitionLanes lanes, Ids ids, TimeProvider time)
{
    private const string Partition = "download";

    private static readonly TimeSpan Within = TimeSpan.FromSeconds(8);

    /// <summary>The versions of a product, newest first: by release date, then by number of entry.</summary>
    public async Task<IReadOnlyList<Download>> ListAsync(long productId, bool publishedOnly, CancellationToken cancel)
    {
        var downloads = new List<Download>();
        await foreach (var row in store.ListAsync(new(TableNames.Catalog, Partition, Numbers(productId)), cancel).ConfigureAwait(false))
        {
            var download = Download.From(row.Values);
            if (download.IsPublished || !publishedOnly)
                downloads.Add(download);
        }

        return [.. downloads.OrderByDescending(each => each.ReleaseDate).ThenByDescending(each => each.Id)];
    }

    /// <summary>A version by its number. One read.</summary>
    public async Task<Download?> FindAsync(long productId, long numericVersion, CancellationToken cancel)
    {
        var row = await store.FindAsync(TableNames.Catalog, Partition, NumberRow(productId, numericVersion), cancel).ConfigureAwait(false);
        return row is null ? null : Download.From(row.Values);
    }

    /// <summary>Says whether the product has a version, published or not. One read.</summary>
    public async Task<bool> HasVersionAsync(long productId, string version, CancellationToken cancel) =>
        await store.FindAsync(TableNames.Catalog, Partition, VersionRow(productId, version), cancel).ConfigureAwait(false) is not null;

    /// <summary>True when a file of any version has this hash.</summary>
    public async Task<bool> AnyWithFileAsync(string sha256, CancellationToken cancel)
    {
        await foreach (var row in store.ListAsync(new(TableNames.Catalog, Partition), cancel).ConfigureAwait(false))
        {
            if (row.Values.GetText("sha256") == sha256)
                return true;
        }

        return false;
    }

    /// <summary>Adds a version; its id and number are given here. Null when the product has the version already.</summary>
    public async Task<Download?> AddAsync(Download draft, CancellationToken cancel) =>
        (await ConflictRetry.RunAsync(() => TryAddAsync(draft, cancel), time, cancel).ConfigureAwait(false)).Download;

    /// <summary>Changes what is said about a version, or whether it is published. Null when there is none.</summary>
    public async Task<Download?> UpdateAsync(long productId, string version, Func<Download, Download> change, CancellationToken cancel) =>
        (await ConflictRetry.RunAsync(() => TryChangeAsync(productId, version, change, cancel), time, cancel).ConfigureAwait(false)).Download;

    /// <summary>Removes a version; its file is another's business. Answers what was removed, null when there is none.</summary>
    public async Task<Download?> RemoveAsync(long productId, string version, CancellationToken cancel) =>
        (await ConflictRetry.RunAsync(() => TryChangeAsync(productId, version, null, cancel), time, cancel).ConfigureAwait(false)).Download;

    /// <summary>Counts one download, exactly; those that come together share a commit.</summary>
    public Task CountAsync(Download download) => lanes[TableNames.Catalog, Partition].DoAsync(
        new DownloadCount(NumberRow(download.ProductId, download.NumericVersion), download.Id), Within);

    private async Task<Found?> TryAddAsync(Download draft, CancellationToken cancel)
    {
        if (await HasVersionAsync(draft.ProductId, draft.Version, cancel).ConfigureAwait(false))
            return Found.Nothing;
        foreach (var number in NumericVersion.CandidatesFor(draft.Version))
        {
            if (await FindAsync(draft.ProductId, number, cancel).ConfigureAwait(false) is not null)
                continue;
            var id = await ids.ReserveAsync("download", 1, cancel).ConfigureAwait(false);
            var download = draft with { Id = id, NumericVersion = number, DownloadCounter = 0 };
            var result = await store.CommitAsync(TableNames.Catalog, Partition,
            [
                RowChange.Insert(NumberRow(draft.ProductId, number), download.ToValues()),
                RowChange.Insert(VersionRow(draft.ProductId, draft.Version), new() { ["schema"] = 1, ["numeric_version"] = number }),
            ], cancel).ConfigureAwait(false);
            return result.Committed ? new Found(download) : null;
        }

        throw new ArgumentException("Too many versions of the product have these digits.");
    }

    private async Task<Found?> TryChangeAsync(long productId, string version, Func<Download, Download>? change, CancellationToken cancel)
    {
        var pointer = await store.FindAsync(TableNames.Catalog, Partition, VersionRow(productId, version), cancel).ConfigureAwait(false);
        if (pointer is null)
            return Found.Nothing;
        var key = NumberRow(productId, pointer.Values.GetNumber("numeric_version"));
        var row = await store.FindAsync(TableNames.Catalog, Partition, key, cancel).ConfigureAwait(false);
        if (row is null)
            return null;
        var download = change?.Invoke(Download.From(row.Values)) ?? Download.From(row.Values);
        RowChange[] changes = change is not null
            ? [RowChange.Replace(key, download.ToValues(), row.ETag)]
            : [RowChange.Delete(key, row.ETag), RowChange.Delete(pointer.Key, pointer.ETag)];
        var result = await store.CommitAsync(TableNames.Catalog, Partition, changes, cancel).ConfigureAwait(false);
        return result.Committed ? new Found(download) : null;
    }

    private static string Numbers(long productId) => string.Create(CultureInfo.InvariantCulture, $"{productId:D12}.number.");

    private static string NumberRow(long productId, long number) =>
        string.Create(CultureInfo.InvariantCulture, $"{Numbers(productId)}{number:D18}");

    private static string VersionRow(long productId, string version) =>
        string.Create(CultureInfo.InvariantCulture, $"{productId:D12}.version.{LicenseRows.Hash(version)}");

    private sealed record Found(Download? Download)
    {
        public static Found Nothing { get; } = new((Download?)null);
    }
}
