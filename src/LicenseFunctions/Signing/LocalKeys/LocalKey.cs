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

    public byte[] Sign(ReadOnlyMemory<byte> digest) =>
        Use(rsa => rsa.SignHash(digest.Span, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));

    public byte[] Wrap(ReadOnlyMemory<byte> key) => Use(rsa => rsa.Encrypt(key.Span, RSAEncryptionPadding.OaepSHA256));

    public byte[] Unwrap(byte[] wrapped) => Use(rsa => rsa.Decrypt(wrapped, RSAEncryptionPadding.OaepSHA256));

    private byte[] Use(Func<RSA, byte[]> operation)
    {
        var rsa = Take();
        try
        {
            return operation(rsa);
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
