using System.Security.Cryptography;
using LicenseFunctions.Files;
using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.Files;

/// <summary>What every store of files does.</summary>
public abstract class FileStoreContract
{
    private static readonly string Unknown = new('a', 64);

    [AzuriteTheory]
    [InlineData(1)]
    [InlineData(8 * 1024 * 1024)]
    [InlineData((20 * 1024 * 1024) + 7)]
    public async Task What_was_saved_is_found_whole_and_in_parts(int size)
    {
        var files = await NewStoreAsync();
        var content = RandomNumberGenerator.GetBytes(size);

        var saved = await files.SaveAsync(new MemoryStream(content), default);

        Assert.Equal(new(Convert.ToHexStringLower(SHA256.HashData(content)), size), saved);
        Assert.Equal(content, await ReadAsync(files, saved.Sha256, 0, size));
        Assert.Equal(content[(size / 2)..], await ReadAsync(files, saved.Sha256, size / 2, size - (size / 2)));
        Assert.Equal(content[^1..], await ReadAsync(files, saved.Sha256, size - 1, 1));
    }

    [AzuriteFact]
    public async Task An_empty_file_is_a_file()
    {
        var files = await NewStoreAsync();

        var saved = await files.SaveAsync(new MemoryStream(), default);

        Assert.Equal(0, saved.Size);
        Assert.Empty((await ReadAsync(files, saved.Sha256, 0, 0))!);
    }

    [AzuriteFact]
    public async Task The_same_content_is_saved_once_however_many_save_it_at_once()
    {
        var files = await NewStoreAsync();
        var content = RandomNumberGenerator.GetBytes(100_000);

        var saved = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => files.SaveAsync(new MemoryStream(content), default)));

        Assert.Equal(content, await ReadAsync(files, Assert.Single(saved.Distinct()).Sha256, 0, content.Length));
    }

    [AzuriteFact]
    public async Task What_is_not_there_is_not_found_and_deleting_it_does_nothing()
    {
        var files = await NewStoreAsync();

        Assert.Null(await files.OpenAsync(Unknown, 0, 1, default));
        await files.DeleteAsync(Unknown, default);
    }

    [AzuriteFact]
    public async Task What_was_deleted_is_gone()
    {
        var files = await NewStoreAsync();
        var saved = await files.SaveAsync(new MemoryStream([1, 2, 3]), default);

        await files.DeleteAsync(saved.Sha256, default);

        Assert.Null(await files.OpenAsync(saved.Sha256, 0, 3, default));
    }

    [AzuriteTheory]
    [InlineData("../../../etc/passwd")]
    [InlineData("")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public async Task A_name_that_is_no_hash_is_refused(string name)
    {
        var files = await NewStoreAsync();

        await Assert.ThrowsAsync<ArgumentException>(() => files.OpenAsync(name, 0, 1, default));
        await Assert.ThrowsAsync<ArgumentException>(() => files.DeleteAsync(name, default));
    }

    protected abstract Task<IFileStore> NewStoreAsync();

    protected static async Task<byte[]?> ReadAsync(IFileStore files, string sha256, long from, long length)
    {
        await using var stream = await files.OpenAsync(sha256, from, length, default);
        if (stream is null)
            return null;
        var content = new byte[length];
        await stream.ReadExactlyAsync(content);
        return content;
    }
}
