using LicenseFunctions.Files;
using LicenseFunctions.Files.Folder;
using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.Files.Folder;

public sealed class FolderFileStoreTests : FileStoreContract, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task What_was_broken_off_leaves_nothing()
    {
        var files = await NewStoreAsync();
        using var cancel = new CancellationTokenSource();
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => files.SaveAsync(new MemoryStream([1, 2, 3]), cancel.Token));

        Assert.False(Directory.Exists(_folder["downloads"]) && Directory.EnumerateFiles(_folder["downloads"], "*", SearchOption.AllDirectories).Any());
    }

    [Fact]
    public async Task A_file_that_was_cut_short_is_put_right_when_it_is_saved_again()
    {
        var files = await NewStoreAsync();
        var saved = await files.SaveAsync(new MemoryStream([1, 2, 3]), default);
        var path = Assert.Single(Directory.EnumerateFiles(_folder["downloads"], "*", SearchOption.AllDirectories));
        await File.WriteAllBytesAsync(path, [1]);

        await files.SaveAsync(new MemoryStream([1, 2, 3]), default);

        Assert.Equal([1, 2, 3], await ReadAsync(files, saved.Sha256, 0, 3));
    }

    public void Dispose() => _folder.Dispose();

    protected override Task<IFileStore> NewStoreAsync() => Task.FromResult<IFileStore>(new FolderFileStore(_folder["downloads"]));
}
