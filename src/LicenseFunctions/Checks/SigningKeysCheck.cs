using LicenseFunctions.Signing;
using LicenseFunctions.Storage;

namespace LicenseFunctions.Checks;

/// <summary>Every key that a row refers to is the signer's: those that sign, and those that open what is kept sealed.</summary>
internal sealed class SigningKeysCheck(CheckRun run, ISigner signer) : ITableCheck
{
    private const string Name = "signing keys";

    private readonly Lazy<Task<HashSet<string>>> _names = new(async () =>
        [.. (await signer.ListAsync(run.Cancel).ConfigureAwait(false)).Where(key => key.State == SigningKeyState.Current).Select(key => key.Name)]);

    public async ValueTask SeeAsync(Row row)
    {
        if (row.Key.StartsWith("id.", StringComparison.Ordinal) && row.Values.GetText("signing_key") is { } name && !(await _names.Value.ConfigureAwait(false)).Contains(name))
            await run.ReportAsync(Name, $"product {row.Values.GetNumber("id")}", $"its key {name} is not at the signer").ConfigureAwait(false);
        if (row.Values.GetBinary("wrapped_key") is { } wrapped)
            await run.LaterAsync(() => OpenAsync(row, wrapped)).ConfigureAwait(false);
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
            // A signer that is out of reach has thrown for the list before.
            await _names.Value.ConfigureAwait(false);
            await run.ReportAsync(Name, RowShapes.Shown(TableNames.Catalog, row), "the signer does not open what is sealed in it").ConfigureAwait(false);
        }
    }
}
