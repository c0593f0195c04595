using System.Security.Cryptography;
using System.Text;

namespace LicenseFunctions.Signing;

/// <summary>A key pair as it may be stored anywhere: its private half is of no use without the signer.</summary>
/// <param name="PublicKeyPem">The public half (SPKI).</param>
/// <param name="WrappedKey">The content key, wrapped by the signer.</param>
/// <param name="PrivateKey">The private half (PKCS#8) under the content key: nonce, tag, then AES-256-GCM over it and the public half.</param>
public sealed record SealedKeyPair(string PublicKeyPem, byte[] WrappedKey, byte[] PrivateKey);

/// <summary>Makes and opens sealed key pairs.</summary>
public sealed class OfflineKeySeal(ISigner signer)
{
    private const int KeyBits = 2048;
    private const int ContentKeyBytes = 32;

    private static readonly int NonceBytes = AesGcm.NonceByteSizes.MaxSize;
    private static readonly int TagBytes = AesGcm.TagByteSizes.MaxSize;

    /// <summary>Makes a pair.</summary>
    /// <exception cref="SigningUnavailableException">The signer cannot wrap at the moment.</exception>
    public async Task<SealedKeyPair> MakeAsync(CancellationToken cancel)
    {
        var contentKey = RandomNumberGenerator.GetBytes(ContentKeyBytes);
        try
        {
            var wrapped = await signer.WrapAsync(contentKey, cancel).ConfigureAwait(false);
            using var rsa = await Task.Run(() => RSA.Create(KeyBits), cancel).ConfigureAwait(false);
            var publicKey = rsa.ExportSubjectPublicKeyInfoPem();
            return new(publicKey, wrapped, Encrypt(contentKey, rsa, publicKey));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(contentKey);
        }
    }

    /// <summary>Opens a pair, to be used and forgotten before long.</summary>
    /// <exception cref="SigningUnavailableException">The signer cannot unwrap at the moment, or the pair is damaged.</exception>
    public async Task<OfflineKeyPair> OpenAsync(SealedKeyPair pair, CancellationToken cancel)
    {
        var contentKey = await signer.UnwrapAsync(pair.WrappedKey, cancel).ConfigureAwait(false);
        try
        {
            return Decrypt(contentKey, pair);
        }
        catch (Exception failure) when (failure is CryptographicException or ArgumentException)
        {
            throw new SigningUnavailableException("A stored key pair is damaged.", failure);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(contentKey);
        }
    }

    private static byte[] Encrypt(byte[] contentKey, RSA rsa, string publicKey)
    {
        var plain = rsa.ExportPkcs8PrivateKey();
        try
        {
            var stored = new byte[NonceBytes + TagBytes + plain.Length];
            var (nonce, tag, cipher) = Parts(stored);
            RandomNumberGenerator.Fill(nonce.Span);
            using var aes = new AesGcm(contentKey, TagBytes);
            aes.Encrypt(nonce.Span, plain, cipher.Span, tag.Span, Encoding.ASCII.GetBytes(publicKey));
            return stored;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plain);
        }
    }

    private static OfflineKeyPair Decrypt(byte[] contentKey, SealedKeyPair pair)
    {
        var (nonce, tag, cipher) = Parts(pair.PrivateKey);
        var plain = new byte[cipher.Length];
        try
        {
            using var aes = new AesGcm(contentKey, TagBytes);
            aes.Decrypt(nonce.Span, cipher.Span, tag.Span, plain, Encoding.ASCII.GetBytes(pair.PublicKeyPem));
            return OfflineKeyPair.Read(plain);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plain);
        }
    }

    private static (Memory<byte> Nonce, Memory<byte> Tag, Memory<byte> Cipher) Parts(byte[] stored) =>
        (stored.AsMemory(0, NonceBytes), stored.AsMemory(NonceBytes, TagBytes), stored.AsMemory(NonceBytes + TagBytes));
}
