using LicenseFunctions.KeyRotation;
using LicenseFunctions.Licensing;
using LicenseFunctions.Storage;

namespace LicenseFunctions.Checks;

/// <summary>Every signing key that an API key is pinned to is one that clients can know.</summary>
internal sealed class PinsCheck(CheckRun run, SigningKeyRotation rotation) : ITableCheck
{
    private HashSet<string>? _published;

    public async ValueTask SeeAsync(Row row)
    {
        // Its copies are compared with the first elsewhere.
        if (row.Partition != CopiedRow.FirstOf(row.Partition) || row.Values.GetText("signing_keys") is null)
            return;
        var key = ApiKey.From(row);
        if (key.HasEndedAt(run.Now))
            return;
        _published ??= await PublishedAsync().ConfigureAwait(false);
        if (!key.SigningKeyIds.All(_published.Contains))
            await run.LaterAsync(() => LookAgainAsync(row, key)).ConfigureAwait(false);
    }

    /// <summary>It may have been announced, or the pin removed, meanwhile.</summary>
    private async Task LookAgainAsync(Row row, ApiKey key)
    {
        var published = await PublishedAsync().ConfigureAwait(false);
        if (!await run.IsStillAsync(TableNames.ApiKeys, row).ConfigureAwait(false))
            return;
        foreach (var keyId in key.SigningKeyIds.Where(keyId => !published.Contains(keyId)))
            await run.ReportAsync(SigningKeysCheck.Name, $"API key {key.Id}", $"it is pinned to {keyId}, which is not at the signer, or not published").ConfigureAwait(false);
    }

    private async Task<HashSet<string>> PublishedAsync() =>
        (await rotation.ListAsync(run.Cancel).ConfigureAwait(false))
            .Where(version => version.State is "current" or "announced" or "previous").Select(version => version.KeyId).ToHashSet(StringComparer.Ordinal);
}
