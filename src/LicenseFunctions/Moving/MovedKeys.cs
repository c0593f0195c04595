using LicenseFunctions.Signing;
using LicenseFunctions.Storage;

namespace LicenseFunctions.Moving;

/// <summary>
/// Keys are no rows: what rows refer to must be there where they come to. Notes which keys a file speaks of, and says which
/// of them the signer of this deployment does not have.
/// </summary>
public sealed class MovedKeys(ISigner signer)
{
    private readonly SortedSet<string> _names = new(StringComparer.Ordinal);

    // One that was wrapped by each version of the wrapping key.
    private readonly Dictionary<string, byte[]> _wrapped = new(StringComparer.Ordinal);

    internal void Notice(MovedRow row)
    {
        if (row.Table != TableNames.Catalog)
            return;
        var values = row.Insertion.Values;
        if (values.GetText("signing_key") is { } name)
            _names.Add(name);
        if (values.GetBinary("wrapped_key") is { Length: > 1 } wrapped && wrapped.Length > wrapped[0])
            _wrapped.TryAdd(Convert.ToHexString(wrapped.AsSpan(1, wrapped[0])), wrapped);
    }

    /// <summary>A line for each thing that will not work.</summary>
    public async Task<IReadOnlyList<string>> MissingAsync(CancellationToken cancel)
    {
        var missing = new List<string>();
        try
        {
            foreach (var name in _names)
            {
                if ((await signer.ListAsync(name, cancel).ConfigureAwait(false)).Count == 0)
                    missing.Add($"The signing key {name} is not here: answers about its product cannot be signed until it is moved too.");
            }
        }
        catch (SigningUnavailableException unreachable)
        {
            missing.Add($"Whether the signing keys of the products are here cannot be said: {unreachable.Message}");
        }

        foreach (var wrapped in _wrapped.Values)
        {
            if (!await CanUnwrapAsync(wrapped, cancel).ConfigureAwait(false))
                missing.Add("Offline keys and webhook secrets of the file were sealed under a wrapping key that is not here, and cannot be opened until it is moved too.");
        }

        return [.. missing.Distinct()];
    }

    private async Task<bool> CanUnwrapAsync(byte[] wrapped, CancellationToken cancel)
    {
        try
        {
            System.Security.Cryptography.CryptographicOperations.ZeroMemory(await signer.UnwrapAsync(wrapped, cancel).ConfigureAwait(false));
            return true;
        }
        catch (SigningUnavailableException)
        {
            return false;
        }
    }
}
