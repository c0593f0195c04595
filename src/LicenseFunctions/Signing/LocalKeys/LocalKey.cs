using System.Security.Cryptography;

namespace LicenseFunctions.Signing.LocalKeys;

/// <summary>One parsed key file.</summary>
internal sealed class LocalKey
{
    private readonly RSAParameters _private;

    // RSA instances promise nothing to concurrent callers, so each signing has one to itself: as many are kept as can work
    // at a time, and one more than that is made for the moment and dropped.
    private readonly RSA?[] _idle = new RSA?[Environment.ProcessorCount];

    public LocalKey(RSA rsa, DateTime writtenAt)
    {
        _private = rsa.ExportParameters(includePrivateParameters: true);
        _idle[0] = rsa;
        WrittenAt = writtenAt;
    }

    public DateTime WrittenAt { get; }

    public byte[] Modulus => _private.Modulus!;

    public byte[] Exponent => _private.Exponent!;

    public bool Is(SigningKey key) =>
        Modulus.AsSpan().SequenceEqual(key.Modulus) && Exponent.AsSpan().SequenceEqual(key.Exponent);

    public byte[] Sign(ReadOnlySpan<byte> digest)
    {
        var rsa = Take();
        try
        {
            return rsa.SignHash(digest, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        }
        finally
        {
            Return(rsa);
        }
    }

    private RSA Take()
    {
        for (var i = 0; i < _idle.Length; i++)
        {
            if (Interlocked.Exchange(ref _idle[i], null) is { } rsa)
                return rsa;
        }

        return RSA.Create(_private);
    }

    private void Return(RSA rsa)
    {
        for (var i = 0; i < _idle.Length; i++)
        {
            if (Interlocked.CompareExchange(ref _idle[i], rsa, null) is null)
                return;
        }

        rsa.Dispose();
    }
}
