using System.Numerics;
using System.Security.Cryptography;

namespace LicenseFunctions.Signing;

/// <summary>
/// The key pair that makes the files which are read without a server: what its private half has locked, anybody opens with
/// the public half alone. Neither .NET nor a vault offers that raw operation, so it is computed here.
/// </summary>
public sealed class OfflineKeyPair
{
    /// <summary>What PKCS#1 v1.5 takes of each block: 00 01, at least eight FF, 00.</summary>
    private const int PaddingBytes = 11;

    private readonly BigInteger _modulus;
    private readonly BigInteger _exponent;
    private readonly (BigInteger P, BigInteger Q, BigInteger Dp, BigInteger Dq, BigInteger InverseQ) _private;
    private readonly int _bytes;

    private OfflineKeyPair(RSA rsa)
    {
        var key = rsa.ExportParameters(includePrivateParameters: true);
        PublicKeyPem = rsa.ExportSubjectPublicKeyInfoPem();
        (_modulus, _exponent, _bytes) = (Number(key.Modulus), Number(key.Exponent), key.Modulus!.Length);
        _private = (Number(key.P), Number(key.Q), Number(key.DP), Number(key.DQ), Number(key.InverseQ));
    }

    /// <summary>The public half (SPKI).</summary>
    public string PublicKeyPem { get; }

    /// <summary>Reads a private half (PKCS#8).</summary>
    /// <exception cref="CryptographicException">It is none.</exception>
    public static OfflineKeyPair Read(ReadOnlySpan<byte> pkcs8)
    {
        using var rsa = RSA.Create();
        rsa.ImportPkcs8PrivateKey(pkcs8, out _);
        return new(rsa);
    }

    /// <summary>
    /// Cuts the content into blocks, pads each as PKCS#1 v1.5 type 1, raises it with the private half and joins the results,
    /// which are as long as the key each.
    /// </summary>
    public byte[] Lock(ReadOnlySpan<byte> content)
    {
        var most = _bytes - PaddingBytes;
        var locked = new byte[(content.Length + most - 1) / most * _bytes];
        for (var i = 0; i * most < content.Length; i++)
            LockBlock(content.Slice(i * most, Math.Min(most, content.Length - (i * most))), locked.AsSpan(i * _bytes, _bytes));
        return locked;
    }

    private void LockBlock(ReadOnlySpan<byte> content, Span<byte> block)
    {
        block.Fill(0xFF);
        (block[0], block[1], block[_bytes - content.Length - 1]) = (0, 1, 0);
        content.CopyTo(block[(_bytes - content.Length)..]);
        var number = Raise(new BigInteger(block, isUnsigned: true, isBigEndian: true));
        block.Clear();
        number.TryWriteBytes(block[(_bytes - number.GetByteCount(isUnsigned: true))..], out _, isUnsigned: true, isBigEndian: true);
    }

    /// <summary>
    /// The private operation, by the two primes. Its time depends on the number, so it works on one that nobody knows
    /// (blinding); and the result is checked, since a faulty one would give the primes away.
    /// </summary>
    private BigInteger Raise(BigInteger number)
    {
        var (blind, unblind) = NewBlinding();
        var blinded = number * BigInteger.ModPow(blind, _exponent, _modulus) % _modulus;
        var first = BigInteger.ModPow(blinded, _private.Dp, _private.P);
        var second = BigInteger.ModPow(blinded, _private.Dq, _private.Q);
        var difference = (first - second) % _private.P;
        var h = (difference.Sign < 0 ? difference + _private.P : difference) * _private.InverseQ % _private.P;
        var raised = (second + (h * _private.Q)) * unblind % _modulus;
        return BigInteger.ModPow(raised, _exponent, _modulus) == number
            ? raised
            : throw new CryptographicException("The private operation went wrong.");
    }

    private (BigInteger Blind, BigInteger Unblind) NewBlinding()
    {
        while (true)
        {
            var blind = Number(RandomNumberGenerator.GetBytes(_bytes)) % _modulus;
            if (blind > 1 && TryInvert(blind, _modulus, out var unblind))
                return (blind, unblind);
        }
    }

    /// <summary>The extended Euclidean algorithm.</summary>
    private static bool TryInvert(BigInteger number, BigInteger modulus, out BigInteger inverse)
    {
        var (rest, next) = (modulus, number);
        (inverse, var factor) = (BigInteger.Zero, BigInteger.One);
        while (!next.IsZero)
        {
            var quotient = BigInteger.DivRem(rest, next, out var remainder);
            (rest, next) = (next, remainder);
            (inverse, factor) = (factor, inverse - (quotient * factor));
        }

        inverse = inverse.Sign < 0 ? inverse + modulus : inverse;
        return rest.IsOne;
    }

    private static BigInteger Number(byte[]? bytes) => new(bytes, isUnsigned: true, isBigEndian: true);
}
