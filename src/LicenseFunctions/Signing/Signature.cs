namespace LicenseFunctions.Signing;

/// <summary>A made signature. One instance serves every answer that shares it, so it is never changed.</summary>
/// <param name="keyId">The <c>kid</c> of the key that made it.</param>
/// <param name="value">RSASSA-PKCS1-v1_5 with SHA-256.</param>
public sealed class Signature(string keyId, byte[] value)
{
    private string? _base64;

    /// <summary>The <c>kid</c> of the key that made it.</summary>
    public string KeyId { get; } = keyId;

    /// <summary>The bytes of the signature.</summary>
    public ReadOnlyMemory<byte> Value => value;

    /// <summary>As the wire carries it; encoded once for all the answers that share the signature.</summary>
    public string Base64 => _base64 ??= Convert.ToBase64String(value);
}
