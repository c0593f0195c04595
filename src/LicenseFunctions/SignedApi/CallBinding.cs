using LicenseFunctions.Licensing;
using LicenseFunctions.Signing;

namespace LicenseFunctions.SignedApi;

/// <summary>
/// What binds an answer to the one request that it answers: the caller's nonce, and the license and identifier that the
/// call named. It makes the answer one of its kind, so its signature is shared with nobody.
/// </summary>
public sealed class CallBinding(string nonce)
{
    private const int Longest = 64;

    private string? _licenseKey;
    private string? _identifier;

    public CallSignature Signature { get; } = new();

    /// <summary>True once the call has a place in its API key's window of such calls.</summary>
    public bool IsCounted { get; set; }

    /// <summary>What is wrong with the nonce of a call; null when nothing is, or none was sent.</summary>
    public static string? FlawOf(SignedFields fields) =>
        !fields.Has(FieldNames.Nonce) ? null
        : fields.Text(FieldNames.Nonce) is not { } nonce || nonce.EnumerateRunes().Count() > Longest || nonce.Any(IsUnsafe)
            ? $"The field nonce is not a text of 1 to {Longest} characters without control characters."
            : null;

    /// <summary>The binding that a call asks for; null when it asks for none.</summary>
    public static CallBinding? Of(SignedFields fields)
    {
        if (fields.Text(FieldNames.Nonce) is not { } nonce)
            return null;
        var binding = new CallBinding(nonce);
        binding.See(fields.StoredText(FieldNames.LicenseKey), fields.StoredText(FieldNames.Identifier));
        return binding;
    }

    /// <summary>Notes the license and the identifier that the call names.</summary>
    public void See(string? licenseKey, string? identifier) => (_licenseKey, _identifier) = (licenseKey, identifier);

    /// <summary>Writes <c>nonce</c>, and <c>license_key_hash</c> and <c>identifier</c> where the call named them.</summary>
    public void Write(WireJson json)
    {
        json.Field("nonce", nonce);
        if (_licenseKey is null)
            return;
        json.Field("license_key_hash", LicenseRows.Hash(_licenseKey));
        if (_identifier is not null)
            json.Field("identifier", _identifier);
    }

    /// <summary>Clients write control characters and the two separators of Unicode in different ways.</summary>
    private static bool IsUnsafe(char c) => char.IsControl(c) || c is '\u2028' or '\u2029';
}
