using System;
using System.Collections.Generic;
using System.Linq;
using System.Security.Cryptography;

namespace Azure.Security.KeyVault.Keys;

/// <summary>The public half of an RSA key as the vault gives it out; other kinds keep their type and nothing else.</summary>
public class JsonWebKey
{
    public JsonWebKey(IEnumerable<KeyOperation> keyOps) => KeyOps = keyOps?.ToArray() ?? [];

    public string Id { get; set; }

    public KeyType KeyType { get; set; }

    public IReadOnlyCollection<KeyOperation> KeyOps { get; }

    public byte[] N { get; set; }

    public byte[] E { get; set; }

    public RSA ToRSA(bool includePrivateParameters = false)
    {
        if (KeyType != KeyType.Rsa && KeyType != KeyType.RsaHsm)
            throw new InvalidOperationException($"A key of type {KeyType} is not an RSA key.");
        if (includePrivateParameters)
            throw new NotSupportedException("The vault never gives out a private half.");
        return RSA.Create(new RSAParameters { Modulus = N, Exponent = E });
    }
}
