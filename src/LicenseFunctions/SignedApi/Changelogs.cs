using LicenseFunctions.Licensing;

namespace LicenseFunctions.SignedApi;

/// <summary>
/// The answer to both changelog endpoints. The setting is looked at first: when it is off, nothing is said of any product.
/// A product that does not exist answers as one whose changelog is switched off, the only other answer there is.
/// </summary>
public sealed class Changelogs(Downloads downloads, LicensingOptions options)
{
    public async Task<SignedAnswer> AnswerAsync(Func<Task<Product?>> find, CancellationToken cancel)
    {
        if (!options.ChangelogEnabled)
            return SignedCall.Answer(ResultCodes.ChangelogDisabled);
        var product = await find().ConfigureAwait(false);
        if (product is not { ShowsChangelog: true })
            return SignedCall.AnswerFor(product, ResultCodes.ChangelogNotEnabled);
        var published = await downloads.ListAsync(product.Id, publishedOnly: true, cancel).ConfigureAwait(false);
        return SignedCall.AnswerFor(product, ResultCodes.ChangelogRetrieved, json => Write(json, published));
    }

    private static void Write(WireJson json, IReadOnlyList<Download> releases)
    {
        json.Name("changelog").Open('[');
        foreach (var release in releases)
        {
            json.Open('{')
                .Field("version", release.Version)
                .Field("numeric_version", release.NumericVersion)
                .Field("release_date", WireTime.Plain(release.ReleaseDate))
                .Field("update_summary", release.UpdateSummary)
                .Field("changelog", release.Changelog)
                .Close('}');
        }

        json.Close(']');
    }
}
