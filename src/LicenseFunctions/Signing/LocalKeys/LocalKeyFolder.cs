using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace LicenseFunctions.Signing.LocalKeys;

/// <summary>The files of the local keys: <c>{path}/{name}/{version}.pem</c>, PKCS#8, for the owner's eyes only.</summary>
internal sealed class LocalKeyFolder(string path, TimeProvider clock)
{
    // Its text sorts as its time does, so the greatest is the newest.
    private const string VersionFormat = "yyyyMMdd'T'HHmmssfff'Z'";
    private const string AddedSuffix = "-added";
    private const UnixFileMode OwnerFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OwnerFolder = OwnerFile | UnixFileMode.UserExecute;

    /// <summary>The versions of a name, newest first. Files that are called otherwise are not ours.</summary>
    public IEnumerable<string> Versions(string name) => !Directory.Exists(Folder(name)) ? [] : Directory
        .EnumerateFiles(Folder(name), "*.pem")
        .Select(file => Path.GetFileNameWithoutExtension(file)!)
        .Where(version => MadeAt(version) is not null)
        .OrderDescending(StringComparer.Ordinal);

    /// <summary>Whether a version was made to be rotated to, and is not the name's first.</summary>
    public static bool IsAdded(string version) => version.EndsWith(AddedSuffix, StringComparison.Ordinal);

    public static DateTimeOffset? MadeAt(string version) => DateTimeOffset.TryParseExact(
        IsAdded(version) ? version[..^AddedSuffix.Length] : version, VersionFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
        ? time : null;

    /// <summary>Writes another version: under a name that nobody looks at, then at once as a whole under its own.</summary>
    public string Add(string name, RSA? key)
    {
        var made = Path.Combine(Folder(name), $".{Guid.NewGuid():N}");
        try
        {
            CreateFolder(path);
            CreateFolder(Folder(name));
            WriteKey(made, key);
            for (var time = clock.GetUtcNow(); ; time = time.AddMilliseconds(1))
            {
                var version = NameOf(time) + AddedSuffix;
                if (TryMove(made, KeyFile(name, version)))
                    return version;
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            File.Delete(made);
            throw CannotWrite(name, failure);
        }
    }

    /// <summary>Renames a version's file, so that it is a key no more and yet not lost.</summary>
    public bool SetAside(string name, string version)
    {
        if (File.Exists(KeyFile(name, version)))
            File.Move(KeyFile(name, version), KeyFile(name, version) + ".retired", overwrite: true);
        return true;
    }

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
            WriteKey(Path.Combine(made, NameOf(clock.GetUtcNow()) + ".pem"), null);
            Publish(name, made);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            Discard(made);
            throw CannotWrite(name, failure);
        }
    }

    private SigningUnavailableException CannotWrite(string name, Exception failure) => new(
        $"The signing key '{name}' cannot be created in '{path}': make that folder writable for this process, or set Signing__Path to one that is.", failure);

    private static string NameOf(DateTimeOffset time) => time.UtcDateTime.ToString(VersionFormat, CultureInfo.InvariantCulture);

    private static bool TryMove(string from, string to)
    {
        try
        {
            File.Move(from, to, overwrite: false);
            return true;
        }
        catch (IOException) when (File.Exists(to))
        {
            return false; // Another version of the same millisecond.
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

    private static void WriteKey(string file, RSA? key)
    {
        using var made = key is null ? RSA.Create(2048) : null;
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnerFile;
        using var stream = new FileStream(file, options);
        stream.Write(Encoding.ASCII.GetBytes((key ?? made!).ExportPkcs8PrivateKeyPem()));
        stream.Flush(flushToDisk: true);
    }

    private string Folder(string name) => Path.Combine(path, name);

    private string KeyFile(string name, string version) => Path.Combine(path, name, version + ".pem");
}
