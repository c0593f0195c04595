using LicenseFunctions.KeyRotation;
using LicenseFunctions.Signing;
using LicenseFunctions.Storage;

namespace LicenseFunctions.Checks;

/// <summary>Every key that a row refers to is the signer's: those that sign, those that are planned (pinned ones: <see cref="PinsCheck"/>), and those that open what is kept sealed.</summary>
internal sealed class SigningKeysCheck(CheckRun run, ISigner signer) : ITableCheck
{
    public const string Name = "signing keys";

    private readonly Dictionary<string, bool> _known = new(StringComparer.Ordinal);

    public async ValueTask SeeAsync(Row row)
    {
        if (row.Key.StartsWith("id.", StringComparison.Ordinal) && row.Values.GetText("signing_key") is { } name && !await IsKnownAsync(name).ConfigureAwait(false))
            await run.ReportAsync(Name, $"product {row.Values.GetNumber("id")}", $"its key {name} is not at the signer").ConfigureAwait(false);
        if (row.Partition == KeyPlans.Partition)
            await run.LaterAsync(() => FindPlannedAsync(row)).ConfigureAwait(false);
        if (row.Values.GetBinary("wrapped_key") is { } wrapped)
            await run.LaterAsync(() => OpenAsync(row, wrapped)).ConfigureAwait(false);
    }

    private async Task<bool> IsKnownAsync(string name)
    {
        if (!_known.TryGetValue(name, out var isKnown))
            _known[name] = isKnown = (await signer.ListAsync(name, run.Cancel).ConfigureAwait(false)).Count > 0;
        return isKnown;
    }

    private async Task FindPlannedAsync(Row row)
    {
        foreach (var planned in KeyPlans.From(row).Versions.Where(version => version.IsPublished))
        {
            if ((await signer.FindAsync(row.Key, planned.Version, run.Cancel).ConfigureAwait(false))?.KeyId != planned.KeyId)
                await run.ReportAsync(Name, $"signing key {row.Key}", $"its version {planned.Version} is not at the signer, or is another key").ConfigureAwait(false);
        }
    }

    private async Task OpenAsync(Row row, byte[] wrapped)
    {
        try
        {
            var key = await signer.UnwrapAsync(wrapped, run.Cancel).ConfigureAwait(false);
            System.Security.Cryptography.CryptographicOperations.ZeroMemory(key);
        }
        catch (Exception e) when (e is SigningUnavailableException or ArgumentException)
        {
            // A signer that is out of reach is no finding: it throws here as well.
            await signer.ListAsync(SigningKeys.Global, run.Cancel).ConfigureAwait(false);
            await run.ReportAsync(Name, RowShapes.Shown(TableNames.Catalog, row), "the signer does not open what is sealed in it").ConfigureAwait(false);
        }
    }
}
