using System;
using System.Collections.Generic;
using System.Linq;
using System.Security.Cryptography;

namespace Azure.Security.KeyVault.Keys;

/// <summary>
/// The public half of an RSA key as the vault gives it out (other kinds keep their type and nothing else), or a whole one to be imported.
/// </summary>
public class JsonWebKey
{
    public JsonWebKey(IEnumerable<KeyOperation> keyOps) => KeyOps = keyOps?.ToArray() ?? [];

    public JsonWebKey(RSA rsaProvider, bool includePrivateParameters = false, IEnumerable<KeyOperation> keyOps = null)
        : this(keyOps)
    {
        ArgumentNullException.ThrowIfNull(rsaProvider);
        var parameters = rsaProvider.ExportParameters(includePrivateParameters);
        KeyType = KeyType.Rsa;
        (N, E) = (parameters.Modulus, parameters.Exponent);
        (D, P, Q) = (parameters.D, parameters.P, parameters.Q);
        (DP, DQ, QI) = (parameters.DP, parameters.DQ, parameters.InverseQ);
    }

    public string Id { get; set; }

    public KeyType KeyType { get; set; }

    public IReadOnlyCollection<KeyOperation> KeyOps { get; }

    public byte[] N { get; set; }

    public byte[] E { get; set; }

    public byte[] D { get; set; }

    public byte[] DP { get; set; }

    public byte[] DQ { get; set; }

    public byte[] P { get; set; }

    public byte[] Q { get; set; }

    public byte[] QI { get; set; }

    public RSA ToRSA(bool includePrivateParameters = false)
    {
        if (KeyType != KeyType.Rsa && KeyType != KeyType.RsaHsm)
            throw new InvalidOperationException($"A key of type {KeyType} is not an RSA key.");
        if (includePrivateParameters)
            throw new NotSupportedException("The vault never gives out a private half.");
        return RSA.Create(new RSAParameters { Modulus = N, Exponent = E });
    }
}
