using System.Buffers.Text;
using System.Security.Cryptography;

namespace LicenseFunctions.Tests.Support;

/// <summary>One version of a key that the fake vault holds.</summary>
public sealed class FakeVaultKey(string name, string version, DateTimeOffset created, RSA rsa)
{
    private readonly RSA _rsa = rsa;
    private readonly Lock _gate = new();

    public string Name => name;

    public string Version => version;

    public DateTimeOffset Created { get; } = created;

    public DateTimeOffset Updated { get; set; } = created;

    public bool Enabled { get; set; } = true;

    public DateTimeOffset? NotBefore { get; set; }

    public DateTimeOffset? Expires { get; set; }

    public string KeyType { get; set; } = "RSA";

    public IReadOnlyList<string> Operations { get; set; } = ["sign", "verify"];

    public Dictionary<string, string> Tags { get; set; } = [];

    public byte[] Sign(byte[] digest)
    {
        lock (_gate)
            return _rsa.SignHash(digest, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
    }

    public byte[] Wrap(byte[] key)
    {
        lock (_gate)
            return _rsa.Encrypt(key, RSAEncryptionPadding.OaepSHA256);
    }

    /// <summary>Throws <see cref="CryptographicException"/> for what this key did not wrap.</summary>
    public byte[] Unwrap(byte[] wrapped)
    {
        lock (_gate)
            return _rsa.Decrypt(wrapped, RSAEncryptionPadding.OaepSHA256);
    }

    /// <summary>As the service answers a get or a create.</summary>
    public object Bundle(Uri vault)
    {
        var parameters = _rsa.ExportParameters(includePrivateParameters: false);
        var key = new Dictionary<string, object>
        {
            ["kid"] = Id(vault),
            ["kty"] = KeyType,
            ["key_ops"] = Operations,
            ["n"] = Base64Url.EncodeToString(parameters.Modulus),
            ["e"] = Base64Url.EncodeToString(parameters.Exponent),
        };
        return new { key, attributes = Attributes(), tags = Tags };
    }

    /// <summary>As it stands in a list: without the key itself, and in the list of keys without a version.</summary>
    public object Item(string id) => new { kid = id, attributes = Attributes(), tags = Tags };

    public string Id(Uri vault) => new Uri(vault, $"/keys/{name}/{version}").AbsoluteUri;

    private Dictionary<string, object> Attributes()
    {
        var attributes = new Dictionary<string, object>
        {
            ["enabled"] = Enabled,
            ["created"] = Created.ToUnixTimeSeconds(),
            ["updated"] = Updated.ToUnixTimeSeconds(),
            ["recoveryLevel"] = "Recoverable+Purgeable",
            ["recoverableDays"] = 90,
        };
        if (NotBefore is { } notBefore)
            attributes["nbf"] = notBefore.ToUnixTimeSeconds();
        if (Expires is { } expires)
            attributes["exp"] = expires.ToUnixTimeSeconds();
        return attributes;
    }
}
