using System.Security.Cryptography;

namespace LicenseFunctions.Files;

/// <summary>The name of a file: the SHA-256 of its content, in lower-case hex.</summary>
internal static class ContentHash
{
    private static readonly System.Buffers.SearchValues<char> Digits = System.Buffers.SearchValues.Create("0123456789abcdef");

    public static async Task<SavedFile> OfAsync(Stream content, CancellationToken cancel)
    {
        content.Position = 0;
        var hash = await SHA256.HashDataAsync(content, cancel).ConfigureAwait(false);
        var size = content.Position;
        content.Position = 0;
        return new(Convert.ToHexStringLower(hash), size);
    }

    /// <summary>Throws for anything else, so that no other text ever becomes a part of a path.</summary>
    public static string Check(string sha256) =>
        sha256.Length == SHA256.HashSizeInBytes * 2 && sha256.AsSpan().IndexOfAnyExcept(Digits) < 0
            ? sha256
            : throw new ArgumentException("A file is named by its SHA-256 in lower-case hex.", nameof(sha256));
}
