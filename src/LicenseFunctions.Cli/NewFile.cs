namespace LicenseFunctions.Cli;

/// <summary>
/// A file that only its owner can read, and that is there only when it is whole: until then it is written beside its
/// place, under another name.
/// </summary>
internal sealed class NewFile : IDisposable
{
    private readonly string _path;
    private readonly bool _mayReplace;

    private NewFile(string path, bool mayReplace) =>
        (_path, _mayReplace, PartialPath) = (path, mayReplace, $"{path}.{Guid.NewGuid():N}.partial");

    /// <summary>Where it is written.</summary>
    public string PartialPath { get; }

    /// <summary>Makes the file, empty.</summary>
    /// <exception cref="IOException">It exists and may not be replaced, or cannot be written.</exception>
    public static NewFile Create(string path, bool mayReplace)
    {
        path = Path.GetFullPath(path);
        if (!mayReplace && Path.Exists(path))
            throw new IOException($"{path} exists already; choose another name, or replace it by --force");
        var file = new NewFile(path, mayReplace);
        file.Open(FileMode.CreateNew).Dispose();
        return file;
    }

    public FileStream Open(FileMode mode = FileMode.Open)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.ReadWrite, BufferSize = 0 };
        if (mode == FileMode.CreateNew && !OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return new FileStream(PartialPath, options);
    }

    /// <summary>Puts it in its place, safe from a loss of power.</summary>
    public void Keep()
    {
        using (var file = Open())
            file.Flush(flushToDisk: true);
        File.Move(PartialPath, _path, _mayReplace);
    }

    public void Dispose() => File.Delete(PartialPath);
}
