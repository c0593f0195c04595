using System.Security.Cryptography;

namespace LicenseFunctions.Cli;

/// <summary>Reads a private key that is to be taken over; says in one line what is wrong with the file, and nothing of what is in it.</summary>
internal static class PrivateKeyFile
{
    private const UnixFileMode Others =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    private static readonly int[] Sizes = [2048, 3072, 4096];

    public static (RSA? Key, string? Failure) Read(string file)
    {
        try
        {
            if (!File.Exists(file))
                return (null, $"There is no file {file}.");
            if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(file) & Others) != 0)
                return (null, $"{file} can be read by others than its owner: run chmod 600 {file}, and consider who has read it so far.");
            return Parse(file, File.ReadAllText(file));
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return (null, $"{file} cannot be read: {unreadable.Message}");
        }
    }

    private static (RSA? Key, string? Failure) Parse(string file, string text)
    {
        if (text.Contains("ENCRYPTED", StringComparison.Ordinal))
            return (null, $"{file} is protected by a passphrase: take it off first, with openssl rsa -in {file} -out plain.pem, and remove plain.pem afterwards.");
        var rsa = RSA.Create();
        try
        {
            rsa.ImportFromPem(text);
            _ = rsa.ExportParameters(includePrivateParameters: true);
        }
        catch (Exception wrong) when (wrong is CryptographicException or ArgumentException)
        {
            rsa.Dispose();
            return (null, $"{file} holds no RSA private key in PEM (PKCS#1 or PKCS#8).");
        }

        if (Sizes.Contains(rsa.KeySize))
            return (rsa, null);
        var size = rsa.KeySize;
        rsa.Dispose();
        return (null, $"{file} holds a key of {size} bits; 2048, 3072 or 4096 are taken.");
    }
}
