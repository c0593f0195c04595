using LicenseFunctions.Files;
using LicenseFunctions.Licensing;

namespace LicenseFunctions;

/// <summary>How adding a version ended.</summary>
public enum ReleaseOutcome
{
    Added,
    ProductUnknown,
    VersionExists,
}

/// <summary>A version to be added.</summary>
/// <param name="ProductId">The product.</param>
/// <param name="Version">Has a digit and at most 64 characters.</param>
/// <param name="FileName">What the file is called where it is saved; a path before it is dropped.</param>
/// <param name="UpdateSummary">At most 1,000 characters.</param>
/// <param name="Changelog">At most 20,000 characters.</param>
/// <param name="Publish">Whether customers see it at once.</param>
public sealed record NewRelease(
    long ProductId, string Version, string FileName, string UpdateSummary = "", string Changelog = "", bool Publish = false);

/// <summary>
/// What an operator does with versions: rows and files together. The file is saved before the row that names it, and
/// deleted after the last such row; one operator at a time.
/// </summary>
public sealed class DownloadReleases(Products products, Downloads downloads, IFileStore files, TimeProvider time)
{
    private const int LongestVersion = 64;
    private const int LongestName = 200;
    private const int LongestSummary = 1000;
    private const int LongestChangelog = 20_000;

    /// <summary>Adds a version with its file.</summary>
    /// <param name="release">What is said about it.</param>
    /// <param name="content">The file; can seek.</param>
    /// <param name="cancel">Breaks off; no version is added then.</param>
    /// <exception cref="ArgumentException">The release cannot be kept as it is; the message says why.</exception>
    public async Task<(ReleaseOutcome Outcome, Download? Download)> AddAsync(NewRelease release, Stream content, CancellationToken cancel)
    {
        var version = Plain(release.Version).Trim();
        Check(version.Length is > 0 and <= LongestVersion && NumericVersion.CanBeMadeOf(version) && !version.Any(char.IsControl),
            $"A version has a digit and at most {LongestVersion} characters.");
        Check(release.UpdateSummary.Length <= LongestSummary, $"A summary has at most {LongestSummary} characters.");
        Check(release.Changelog.Length <= LongestChangelog, $"A changelog has at most {LongestChangelog} characters.");
        if (await products.FindAsync(release.ProductId, cancel).ConfigureAwait(false) is null)
            return (ReleaseOutcome.ProductUnknown, null);
        if (await downloads.HasVersionAsync(release.ProductId, version, cancel).ConfigureAwait(false))
            return (ReleaseOutcome.VersionExists, null);
        var saved = await files.SaveAsync(content, cancel).ConfigureAwait(false);
        var added = await downloads.AddAsync(new()
        {
            ProductId = release.ProductId,
            Version = version,
            UpdateSummary = Plain(release.UpdateSummary),
            Changelog = Plain(release.Changelog),
            IsPublished = release.Publish,
            ReleaseDate = new DateTimeOffset(time.GetUtcNow().UtcDateTime.Date, TimeSpan.Zero).ToUnixTimeMilliseconds(),
            FileName = SafeName(release.FileName),
            Size = saved.Size,
            Sha256 = saved.Sha256,
        }, cancel).ConfigureAwait(false);
        return added is null ? (ReleaseOutcome.VersionExists, null) : (ReleaseOutcome.Added, added);
    }

    /// <summary>Every version of a product, newest first.</summary>
    public Task<IReadOnlyList<Download>> ListAsync(long productId, CancellationToken cancel) =>
        downloads.ListAsync(productId, publishedOnly: false, cancel);

    /// <summary>Removes a version, and its file when no other version has the same. Null when there is none.</summary>
    public async Task<Download?> RemoveAsync(long productId, string version, CancellationToken cancel)
    {
        var removed = await downloads.RemoveAsync(productId, version.Trim(), cancel).ConfigureAwait(false);
        if (removed is not null && !await downloads.AnyWithFileAsync(removed.Sha256, cancel).ConfigureAwait(false))
            await files.DeleteAsync(removed.Sha256, cancel).ConfigureAwait(false);
        return removed;
    }

    private static void Check(bool holds, string otherwise)
    {
        if (!holds)
            throw new ArgumentException(otherwise);
    }

    /// <summary>Without U+2028 and U+2029, which clients write differently.</summary>
    private static string Plain(string text) =>
        text.Replace("\u2028", "", StringComparison.Ordinal).Replace("\u2029", "", StringComparison.Ordinal);

    /// <summary>The last part of a path of any system, without what a file name may not hold on one of them.</summary>
    private static string SafeName(string name)
    {
        var last = name[(name.LastIndexOfAny(['/', '\\']) + 1)..];
        var safe = string.Concat(last.Where(c => !char.IsControl(c) && !"<>:\"|?*".Contains(c, StringComparison.Ordinal))).Trim(' ', '.');
        return safe.Length == 0 ? "download" : safe.Length > LongestName ? safe[^LongestName..] : safe;
    }
}
