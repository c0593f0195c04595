using System.Text;
using LicenseFunctions.Storage;
using LicenseFunctions.Storage.Sqlite;

namespace LicenseFunctions.Tests.Storage.Sqlite;

public sealed class OpeningTests : IAsyncLifetime
{
    private readonly StoreFolder _folder = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _folder.CloseAsync();

    [Fact]
    public async Task A_missing_folder_is_created_for_the_owner_alone()
    {
        var folder = Path.Combine(_folder.Folder, "data", "deep");
        var path = Path.Combine(folder, "licenses.db");
        await using var store = await SqliteTableStore.OpenAsync(path, default);
        await store.CommitAsync(TableNames.Audit, "p", [RowChange.Insert("a", [])], default);

        Assert.True(File.Exists(path));
        if (OperatingSystem.IsWindows())
            return;
        const UnixFileMode file = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        Assert.Equal(file | UnixFileMode.UserExecute, File.GetUnixFileMode(folder));
        foreach (var suffix in new[] { "", "-wal", "-shm" })
            Assert.Equal(file, File.GetUnixFileMode(path + suffix));
    }

    [Fact]
    public async Task A_store_of_a_newer_version_is_refused_and_left_as_it_is()
    {
        await (await _folder.OpenAsync()).DisposeAsync();
        Execute($"PRAGMA user_version={StoreSchema.Version + 1}");
        var before = await File.ReadAllBytesAsync(_folder.Path);

        await ShouldRefuseAsync(_folder.Path, "newer version");

        Assert.Equal(before, await File.ReadAllBytesAsync(_folder.Path));
    }

    [Theory]
    [InlineData("CREATE TABLE theirs(a)")]
    [InlineData("PRAGMA application_id=77")]
    [InlineData("PRAGMA user_version=1")]
    public async Task Another_applications_database_is_refused(string made)
    {
        Execute(made);

        await ShouldRefuseAsync(_folder.Path, "another application");
    }

    [Fact]
    public async Task A_file_that_is_no_database_is_refused_and_left_as_it_is()
    {
        var text = string.Concat(Enumerable.Repeat("These are the notes of a meeting. ", 100));
        await File.WriteAllTextAsync(_folder.Path, text, Encoding.ASCII);

        await ShouldRefuseAsync(_folder.Path, "not a license store");

        Assert.Equal(text, await File.ReadAllTextAsync(_folder.Path));
    }

    [Fact]
    public async Task A_folder_that_cannot_be_created_is_refused()
    {
        var file = Path.Combine(_folder.Folder, "file");
        await File.WriteAllTextAsync(file, "");

        await ShouldRefuseAsync(Path.Combine(file, "licenses.db"), "cannot be created");
        await ShouldRefuseAsync(Path.Combine(file, "deep", "licenses.db"), "cannot be created");
    }

    [Fact]
    public async Task A_path_that_is_a_folder_is_refused()
    {
        Directory.CreateDirectory(_folder.Path);

        await ShouldRefuseAsync(_folder.Path, "cannot be written");
    }

    [Fact]
    public async Task A_folder_that_cannot_be_written_is_refused()
    {
        // Permissions do not stop the root user, but nobody can create files here.
        if (OperatingSystem.IsLinux())
            await ShouldRefuseAsync("/proc/licenses.db", "cannot be created");
    }

    [Fact]
    public void Sqlite_is_new_enough_for_copies_beside_commits() =>
        Assert.InRange(SQLitePCL.raw.sqlite3_libversion_number(), 3_051_003, int.MaxValue);

    [Fact]
    public async Task An_empty_file_becomes_a_store()
    {
        await File.WriteAllBytesAsync(_folder.Path, []);

        var store = await _folder.OpenAsync();

        Assert.True((await store.CommitAsync(TableNames.Audit, "p", [RowChange.Insert("a", [])], default)).Committed);
    }

    private void Execute(string sql)
    {
        using var database = Database.Open(_folder.Path);
        database.Execute(sql);
    }

    private static async Task ShouldRefuseAsync(string path, string reason)
    {
        var refused = await Assert.ThrowsAsync<StoreCannotOpenException>(() => SqliteTableStore.OpenAsync(path, default));
        Assert.Contains(reason, refused.Message, StringComparison.Ordinal);
        Assert.Contains(path, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refused.Message);
    }
}
