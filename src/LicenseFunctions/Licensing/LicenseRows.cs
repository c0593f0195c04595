using System.Security.Cryptography;
using System.Text;

namespace LicenseFunctions.Licensing;

/// <summary>
/// The keys of the rows of a license's partition. All that changes with a license stands in its partition, so that each
/// business change is one transaction. The head of the partition sorts together: license, usage, then the activations'
/// places in time, newest first.
/// </summary>
public static class LicenseRows
{
    /// <summary>What the rows of the head begin with.</summary>
    public const string Head = "license";

    /// <summary>The license itself, with its active count and its latest activation.</summary>
    public const string License = "license";

    /// <summary>Rolling windows and totals; written by every counted request.</summary>
    public const string Usage = "license.usage";

    /// <summary>One row per activation, sorted newest first.</summary>
    public const string Recent = "license.~";

    /// <summary>The partition key of a license key, which is free text.</summary>
    public static string Partition(string licenseKey) => RecentHashes.Of(licenseKey);

    /// <summary>The row of an activation: who, since when.</summary>
    public static string Activation(string identifierHash) => "activation." + identifierHash;

    /// <summary>What an activation has been used for; there exactly as long as the activation is.</summary>
    public static string ActivationUsage(string identifierHash) => "usage." + identifierHash;

    /// <summary>What the rows of metadata begin with.</summary>
    public const string AllMeta = "meta.";

    /// <summary>The row of a piece of metadata, whose key is free text.</summary>
    public static string Meta(string key) => AllMeta + Hash(key);

    /// <summary>An activation's place in time. The later the instant, the earlier it sorts.</summary>
    public static string RecentActivation(long activatedAt, string identifierHash) =>
        $"{Recent}{long.MaxValue - activatedAt:D19}.{identifierHash}";

    /// <summary>SHA-256 in lower-case hex.</summary>
    public static string Hash(string text)
    {
        const int onStack = 256;
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        var utf8 = Encoding.UTF8.GetMaxByteCount(text.Length) <= onStack ? stackalloc byte[onStack] : new byte[Encoding.UTF8.GetByteCount(text)];
        // One of each thread: what SHA256.HashData makes and frees each time costs a third of the hash.
        t_hasher ??= IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        t_hasher.AppendData(utf8[..Encoding.UTF8.GetBytes(text, utf8)]);
        t_hasher.GetHashAndReset(hash);
        return Convert.ToHexStringLower(hash);
    }

    [ThreadStatic]
    private static IncrementalHash? t_hasher;
}
