using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using LicenseFunctions.Storage;

namespace LicenseFunctions.Licensing;

/// <summary>What a credential in a download address is.</summary>
public enum DownloadTokenStanding
{
    /// <summary>Nothing that this hands out: an API key, perhaps.</summary>
    NoToken,

    Valid,

    /// <summary>Expired, forged, or made for another license or identifier.</summary>
    Refused,
}

/// <summary>
/// Makes and checks what stands in download addresses in the place of an API key: an instant and an HMAC-SHA256 over it,
/// the license key and the identifier. The secret is a row that the first instance to need it makes, so that every
/// instance accepts the tokens of all.
/// </summary>
public sealed class DownloadTokens(ITableStore store, TimeProvider time)
{
    private const string Prefix = "dl_";
    internal const string Partition = "secret";
    internal const string SecretRow = "download-tokens";
    private const string Property = "secret";
    private const int SecretBytes = 32;
    private const int InstantBytes = 8;

    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);
    private static readonly TimeSpan Remembered = TimeSpan.FromMinutes(1);

    private volatile Known? _known;

    /// <summary>A token for an hour.</summary>
    public async Task<string> IssueAsync(string licenseKey, string identifier, CancellationToken cancel)
    {
        var secret = await SecretAsync(cancel).ConfigureAwait(false);
        var token = new byte[InstantBytes + HMACSHA256.HashSizeInBytes];
        BinaryPrimitives.WriteInt64BigEndian(token, (time.GetUtcNow() + Lifetime).ToUnixTimeSeconds());
        Seal(secret, token.AsSpan(0, InstantBytes), licenseKey, identifier).CopyTo(token.AsSpan(InstantBytes));
        return Prefix + Base64Url.EncodeToString(token);
    }

    public async Task<DownloadTokenStanding> CheckAsync(string credential, string licenseKey, string? identifier, CancellationToken cancel)
    {
        var token = new byte[InstantBytes + HMACSHA256.HashSizeInBytes];
        if (!credential.StartsWith(Prefix, StringComparison.Ordinal)
            || !Base64Url.IsValid(credential.AsSpan(Prefix.Length), out var length) || length != token.Length
            || !Base64Url.TryDecodeFromChars(credential.AsSpan(Prefix.Length), token, out _))
        {
            return DownloadTokenStanding.NoToken;
        }

        if (identifier is null || BinaryPrimitives.ReadInt64BigEndian(token) <= time.GetUtcNow().ToUnixTimeSeconds())
            return DownloadTokenStanding.Refused;
        var secret = await SecretAsync(cancel).ConfigureAwait(false);
        var seal = Seal(secret, token.AsSpan(0, InstantBytes), licenseKey, identifier);
        return CryptographicOperations.FixedTimeEquals(seal, token.AsSpan(InstantBytes))
            ? DownloadTokenStanding.Valid
            : DownloadTokenStanding.Refused;
    }

    /// <summary>Hashed one by one, so that no two pairs of texts make the same input.</summary>
    private static byte[] Seal(byte[] secret, ReadOnlySpan<byte> instant, string licenseKey, string identifier)
    {
        byte[] sealedParts =
            [.. instant, .. SHA256.HashData(Encoding.UTF8.GetBytes(licenseKey)), .. SHA256.HashData(Encoding.UTF8.GetBytes(identifier))];
        return HMACSHA256.HashData(secret, sealedParts);
    }

    /// <summary>The secret as of at most a minute ago, so that a restored store takes effect.</summary>
    private async Task<byte[]> SecretAsync(CancellationToken cancel)
    {
        if (_known is { } known && time.GetElapsedTime(known.At) < Remembered)
            return known.Secret;
        var secret = await ReadAsync(cancel).ConfigureAwait(false);
        if (secret is null)
        {
            var made = new RowValues { ["schema"] = 1, [Property] = RandomNumberGenerator.GetBytes(SecretBytes) };
            // Whether this one was first or another's: the row decides.
            await store.CommitAsync(TableNames.Catalog, Partition, [RowChange.Insert(SecretRow, made)], cancel).ConfigureAwait(false);
            secret = await ReadAsync(cancel).ConfigureAwait(false) ?? throw new StorageUnavailableException();
        }

        _known = new(secret, time.GetTimestamp());
        return secret;
    }

    private async Task<byte[]?> ReadAsync(CancellationToken cancel) =>
        (await store.FindAsync(TableNames.Catalog, Partition, SecretRow, cancel).ConfigureAwait(false))?.Values.GetBinary(Property);

    private sealed record Known(byte[] Secret, long At);
}
