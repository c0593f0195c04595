using System.Security.Cryptography;
using System.Text;

namespace LicenseFunctions.Licensing;

/// <summary>Makes license keys: cryptographically random, each as likely as any other.</summary>
public static class KeyMaker
{
    /// <summary>
    /// A generator must be able to make this many times the keys asked for: so the keys say nothing of one another, cannot
    /// be guessed at a thousand tries apiece, and a fresh one is free nearly always.
    /// </summary>
    public const int Margin = 1000;

    /// <summary>False for a generator whose keys are too few for so many, or too long for any client to send.</summary>
    public static bool CanMake(Generator generator, int count) =>
        generator.KeyLength <= License.LongestKey && generator.Keys >= (long)count * Margin;

    public static string Make(Generator generator)
    {
        var charset = new string([.. generator.Charset.Distinct()]);
        return generator.Method switch
        {
            GeneratorMethod.Uuid => generator.Prefix + RandomUuid() + generator.Suffix,
            GeneratorMethod.ChunkSystem => generator.Prefix + Chunks(generator, charset) + generator.Suffix,
            GeneratorMethod.Custom => Custom(generator, charset),
        };
    }

    private static string Chunks(Generator generator, string charset) => string.Join(
        '-', Enumerable.Range(0, generator.Chunks).Select(_ => RandomNumberGenerator.GetString(charset, generator.ChunkLength)));

    private static string Custom(Generator generator, string charset)
    {
        var pattern = generator.Prefix + generator.Suffix;
        if (!pattern.Contains(Generator.Wildcard, StringComparison.Ordinal))
            return generator.Prefix + RandomUuid() + generator.Suffix;
        var key = new StringBuilder(pattern.Length);
        foreach (var c in pattern)
            key.Append(c == Generator.Wildcard ? RandomNumberGenerator.GetString(charset, 1)[0] : c);
        return key.ToString();
    }

    /// <summary>Version 4, drawn here: <see cref="Guid.NewGuid"/> does not promise to be unguessable on every platform.</summary>
    private static string RandomUuid()
    {
        Span<byte> bytes = stackalloc byte[16];
        RandomNumberGenerator.Fill(bytes);
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes, bigEndian: true).ToString();
    }
}
