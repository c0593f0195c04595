using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using LicenseFunctions.Licensing.Events;
using LicenseFunctions.Signing;

namespace LicenseFunctions.Webhooks;

/// <summary>
/// The secrets of subscriptions. They are stored under a content key (nonce, tag, then AES-256-GCM, bound to the
/// subscription) which the signer wraps, so that a copy of the store is of no use.
/// </summary>
public sealed class WebhookSecrets(ISigner signer)
{
    private const int ContentKeyBytes = 32;

    private static readonly int NonceBytes = AesGcm.NonceByteSizes.MaxSize;
    private static readonly int TagBytes = AesGcm.TagByteSizes.MaxSize;

    /// <summary>Opened once an instance: a vault is asked at most once for each subscription.</summary>
    private readonly ConcurrentDictionary<string, byte[]> _opened = new(StringComparer.Ordinal);

    /// <summary>A new secret, 256 bits.</summary>
    public static string New() => "whsec_" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));

    public async Task<Subscription> SealAsync(Subscription subscription, string secret, CancellationToken cancel)
    {
        var contentKey = RandomNumberGenerator.GetBytes(ContentKeyBytes);
        try
        {
            var plain = Encoding.UTF8.GetBytes(secret);
            var stored = new byte[NonceBytes + TagBytes + plain.Length];
            RandomNumberGenerator.Fill(stored.AsSpan(0, NonceBytes));
            using var aes = new AesGcm(contentKey, TagBytes);
            aes.Encrypt(
                stored.AsSpan(0, NonceBytes), plain, stored.AsSpan(NonceBytes + TagBytes), stored.AsSpan(NonceBytes, TagBytes), Bound(subscription));
            return subscription with { WrappedKey = await signer.WrapAsync(contentKey, cancel).ConfigureAwait(false), SealedSecret = stored };
        }
        finally
        {
            CryptographicOperations.ZeroMemory(contentKey);
        }
    }

    /// <exception cref="SigningUnavailableException">The signer cannot unwrap at the moment, or the row is damaged.</exception>
    public async Task<byte[]> OpenAsync(Subscription subscription, CancellationToken cancel)
    {
        if (_opened.TryGetValue(subscription.Id, out var known))
            return known;
        var contentKey = await signer.UnwrapAsync(subscription.WrappedKey, cancel).ConfigureAwait(false);
        try
        {
            var stored = subscription.SealedSecret;
            var plain = new byte[stored.Length - NonceBytes - TagBytes];
            using var aes = new AesGcm(contentKey, TagBytes);
            aes.Decrypt(
                stored.AsSpan(0, NonceBytes), stored.AsSpan(NonceBytes + TagBytes), stored.AsSpan(NonceBytes, TagBytes), plain, Bound(subscription));
            return _opened[subscription.Id] = plain;
        }
        catch (Exception failure) when (failure is CryptographicException or ArgumentException or OverflowException)
        {
            throw new SigningUnavailableException("The secret of a webhook is damaged.", failure);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(contentKey);
        }
    }

    /// <summary><c>t=&lt;unix&gt;,v1=&lt;hex&gt;</c>: HMAC-SHA256 over the time, a dot and the body.</summary>
    public static string Sign(byte[] secret, long unixSeconds, ReadOnlySpan<byte> body)
    {
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, secret);
        hmac.AppendData(Encoding.ASCII.GetBytes(FormattableString.Invariant($"{unixSeconds}.")));
        hmac.AppendData(body);
        return FormattableString.Invariant($"t={unixSeconds},v1={Convert.ToHexStringLower(hmac.GetHashAndReset())}");
    }

    private static byte[] Bound(Subscription subscription) => Encoding.ASCII.GetBytes(subscription.Id);
}
