using System.Text;

namespace LicenseFunctions.Signing;

/// <summary>
/// A wrapped content key with the version of the key that wrapped it in front: the length of the version's name in one
/// byte, the name in ASCII, then what the wrapping made. So an older version still unwraps what it wrapped.
/// </summary>
internal static class WrappedKey
{
    private const int LongestContentKey = 32;

    public static void CheckContentKey(ReadOnlyMemory<byte> key)
    {
        if (key.Length is 0 or > LongestContentKey)
            throw new ArgumentException($"A content key has 1 to {LongestContentKey} bytes, this one {key.Length}.", nameof(key));
    }

    public static byte[] Join(string version, byte[] wrapped) =>
        [checked((byte)version.Length), .. Encoding.ASCII.GetBytes(version), .. wrapped];

    /// <summary>Throws <see cref="SigningUnavailableException"/> when it is nothing that <see cref="Join"/> made.</summary>
    public static (string Version, byte[] Wrapped) Split(ReadOnlySpan<byte> joined)
    {
        if (joined.Length < 2 || joined[0] == 0 || joined.Length <= joined[0] + 1)
            throw Unusable(null);
        var version = Encoding.ASCII.GetString(joined.Slice(1, joined[0]));
        return version.All(char.IsAsciiLetterOrDigit) ? (version, joined[(joined[0] + 1)..].ToArray()) : throw Unusable(null);
    }

    public static SigningUnavailableException Unusable(Exception? failure) =>
        new("A wrapped key is damaged, or was wrapped by a key that is gone.", failure!);
}
