using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace LicenseFunctions.Signing;

/// <summary>Which part a key plays for its name.</summary>
public enum SigningKeyState
{
    /// <summary>Signs.</summary>
    Current,

    /// <summary>Published ahead of its use.</summary>
    Announced,

    /// <summary>Signs no more, still published.</summary>
    Previous,
}

/// <summary>The public half of a signing key and what to call it by.</summary>
/// <param name="Name"><c>global</c> or a product's own.</param>
/// <param name="Version">The signer's word for this version of the name.</param>
/// <param name="State">The part it plays now.</param>
/// <param name="Modulus">Big-endian, without leading zeros.</param>
/// <param name="Exponent">Big-endian, without leading zeros.</param>
public sealed record SigningKey(string Name, string Version, SigningKeyState State, byte[] Modulus, byte[] Exponent)
{
    private string? _keyId;

    /// <summary>When it was made or imported; null when the signer does not say.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>The <c>kid</c>: the JWK thumbprint of RFC 7638, the same whichever signer holds the key.</summary>
    public string KeyId => _keyId ??= Thumbprint(Modulus, Exponent);

    /// <summary>A verifier; the caller disposes it.</summary>
    public RSA ToRsa() => RSA.Create(new RSAParameters { Modulus = Modulus, Exponent = Exponent });

    private static string Thumbprint(byte[] modulus, byte[] exponent) =>
        Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(
            $$"""{"e":"{{Base64Url.EncodeToString(exponent)}}","kty":"RSA","n":"{{Base64Url.EncodeToString(modulus)}}"}""")));
}
