using LicenseFunctions.Storage;

namespace LicenseFunctions.Files.Folder;

/// <summary>Files in a folder of this machine, made on first use, in folders by the first two digits of the hash.</summary>
public sealed class FolderFileStore(string path) : IFileStore
{
    private const int BufferBytes = 64 * 1024;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly string _path = Path.GetFullPath(path);

    public async Task<SavedFile> SaveAsync(Stream content, CancellationToken cancel)
    {
        var saved = await ContentHash.OfAsync(content, cancel).ConfigureAwait(false);
        var target = PathOf(saved.Sha256);
        if (File.Exists(target) && new FileInfo(target).Length == saved.Size)
            return saved;
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        var unfinished = Path.Combine(_path, $".{Guid.NewGuid():N}.tmp");
        try
        {
            await WriteAsync(content, unfinished, cancel).ConfigureAwait(false);
            // In its place only when it is complete and on the disk.
            File.Move(unfinished, target, overwrite: true);
        }
        finally
        {
            File.Delete(unfinished);
        }

        return saved;
    }

    public Task<Stream?> OpenAsync(string sha256, long from, long length, CancellationToken cancel)
    {
        var target = PathOf(sha256);
        // A link would lead to what nobody saved here.
        if (new FileInfo(target).LinkTarget is not null)
            return Task.FromResult<Stream?>(null);
        try
        {
            var file = new FileStream(target, new FileStreamOptions
            {
                Access = FileAccess.Read,
                Share = FileShare.Read | FileShare.Delete,
                BufferSize = 0,
                Options = FileOptions.Asynchronous | FileOptions.SequentialScan,
            });
            file.Position = from;
            return Task.FromResult<Stream?>(file);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return Task.FromResult<Stream?>(null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StorageUnavailableException("A file cannot be read.", e);
        }
    }

    public Task DeleteAsync(string sha256, CancellationToken cancel)
    {
        var target = PathOf(sha256);
        if (File.Exists(target))
            File.Delete(target);
        return Task.CompletedTask;
    }

    private static async Task WriteAsync(Stream content, string path, CancellationToken cancel)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, BufferSize = 0, Options = FileOptions.Asynchronous };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnerOnly;
        var file = new FileStream(path, options);
        await using (file.ConfigureAwait(false))
        {
            await content.CopyToAsync(file, BufferBytes, cancel).ConfigureAwait(false);
            file.Flush(flushToDisk: true);
        }
    }

    private string PathOf(string sha256) => Path.Combine(_path, ContentHash.Check(sha256)[..2], sha256);
}
