using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace LicenseFunctions.Signing.LocalKeys;

/// <summary>The files of the local keys: <c>{path}/{name}/{version}.pem</c>, PKCS#8, for the owner's eyes only.</summary>
internal sealed class LocalKeyFolder(string path, TimeProvider clock)
{
    // Its text sorts as its time does, so the greatest is the newest.
    private const string VersionFormat = "yyyyMMdd'T'HHmmssfff'Z'";
    private const UnixFileMode OwnerFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OwnerFolder = OwnerFile | UnixFileMode.UserExecute;

    /// <summary>The names that have a folder, in ordinal order.</summary>
    public IEnumerable<string> Names() => !Directory.Exists(path) ? [] : Directory.EnumerateDirectories(path)
        .Select(folder => Path.GetFileName(folder)!)
        .Where(KeyName.IsValid) // A dot in front: being made by somebody, or left by somebody who died.
        .Order(StringComparer.Ordinal);

    /// <summary>The versions of a name, newest first. Files that are called otherwise are not ours.</summary>
    public IEnumerable<string> Versions(string name) => !Directory.Exists(Folder(name)) ? [] : Directory
        .EnumerateFiles(Folder(name), "*.pem")
        .Select(file => Path.GetFileNameWithoutExtension(file)!)
        .Where(version => DateTime.TryParseExact(version, VersionFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out _))
        .OrderDescending(StringComparer.Ordinal);

    public DateTime WrittenAt(string name, string version) => File.GetLastWriteTimeUtc(KeyFile(name, version));

    /// <summary>Reads one key. The error names the file and nothing of what is in it.</summary>
    public LocalKey Read(string name, string version)
    {
        var file = KeyFile(name, version);
        var rsa = RSA.Create();
        try
        {
            var writtenAt = WrittenAt(name, version);
            rsa.ImportFromPem(File.ReadAllText(file));
            if (rsa.KeySize < 2048)
                throw new CryptographicException("Keys under 2,048 bits are not used.");
            return new LocalKey(rsa, writtenAt);
        }
        catch (Exception failure) when (failure is CryptographicException or ArgumentException or IOException or UnauthorizedAccessException)
        {
            rsa.Dispose();
            throw new SigningUnavailableException($"The signing key '{file}' cannot be read: restore it from a backup, or remove it.", failure);
        }
    }

    /// <summary>
    /// Makes the first key of a name, unless another process does first. The whole folder appears at once, by one rename
    /// that fails when it exists: so exactly one maker wins, and dying at any point leaves either all of it or a folder
    /// that nobody looks at.
    /// </summary>
    public void MakeFirst(string name)
    {
        var made = Path.Combine(path, $".{name}.{Guid.NewGuid():N}");
        try
        {
            CreateFolder(path);
            CreateFolder(made);
            WriteKey(Path.Combine(made, clock.GetUtcNow().UtcDateTime.ToString(VersionFormat, CultureInfo.InvariantCulture) + ".pem"));
            Publish(name, made);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            Discard(made);
            throw new SigningUnavailableException(
                $"The signing key '{name}' cannot be created in '{path}': make that folder writable for this process, or set Signing__Path to one that is.", failure);
        }
    }

    private void Publish(string name, string made)
    {
        DeleteEmpty(Folder(name));
        try
        {
            Directory.Move(made, Folder(name));
        }
        catch (IOException) when (Versions(name).Any())
        {
            Discard(made); // Another process was first: its key is the key.
        }
    }

    /// <summary>A folder that lost its keys must not block the name for ever.</summary>
    private static void DeleteEmpty(string folder)
    {
        try
        {
            if (Directory.Exists(folder))
                Directory.Delete(folder);
        }
        catch (IOException)
        {
            // Not empty (any more), or deleted by another process: the rename will tell.
        }
    }

    private static void Discard(string folder)
    {
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
    }

    private static void CreateFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(folder);
        else
            Directory.CreateDirectory(folder, OwnerFolder);
    }

    private static void WriteKey(string file)
    {
        using var rsa = RSA.Create(2048);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnerFile;
        using var stream = new FileStream(file, options);
        stream.Write(Encoding.ASCII.GetBytes(rsa.ExportPkcs8PrivateKeyPem()));
        stream.Flush(flushToDisk: true);
    }

    private string Folder(string name) => Path.Combine(path, name);

    private string KeyFile(string name, string version) => Path.Combine(path, name, version + ".pem");
}
