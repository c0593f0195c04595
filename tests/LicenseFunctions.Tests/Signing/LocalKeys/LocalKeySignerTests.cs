using System.Runtime.Versioning;
using System.Security.Cryptography;
using LicenseFunctions.Signing;
using LicenseFunctions.Signing.LocalKeys;
using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.Signing.LocalKeys;

public sealed class LocalKeySignerTests : SignerContract, IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    protected override Task<ISigner> OpenAsync() => Task.FromResult<ISigner>(Open());

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task Keys_are_for_the_eyes_of_their_owner_only()
    {
        var key = await Open().CreateAsync("global", None);

        const UnixFileMode readWrite = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        Assert.Equal(readWrite, File.GetUnixFileMode(KeyFile(key)));
        Assert.Equal(readWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(_folder["keys/global"]));
        Assert.Equal(readWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(_folder["keys"]));
    }

    [Fact]
    public async Task Creating_leaves_nothing_but_the_key()
    {
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Open().CreateAsync("global", None)));

        var entry = Assert.Single(Directory.EnumerateFileSystemEntries(_folder["keys"]));
        Assert.Equal("global", Path.GetFileName(entry));
        Assert.Matches("^20260115T103000000Z.pem$", Path.GetFileName(Assert.Single(Directory.EnumerateFiles(entry))));
    }

    [Fact]
    public async Task The_newest_file_is_current_and_older_ones_are_previous()
    {
        var signer = Open();
        var older = await signer.CreateAsync("global", None);
        AddKey("global", "20260301T000000000Z");

        var keys = await signer.ListAsync("global", None);

        Assert.Equal(["20260301T000000000Z", older.Version], keys.Select(key => key.Version));
        Assert.Equal([SigningKeyState.Current, SigningKeyState.Previous], keys.Select(key => key.State));
        Assert.Equal(256, (await signer.SignAsync(keys[1], new byte[32], None)).Length);
    }

    [Fact]
    public async Task What_a_dying_process_left_is_not_a_key()
    {
        Directory.CreateDirectory(_folder["keys/.global.0a1b"]);
        await File.WriteAllTextAsync(_folder["keys/.global.0a1b/20270101T000000000Z.pem"], "-----BEGIN PRIV");
        Directory.CreateDirectory(_folder["keys/global"]);

        var key = await Open().CreateAsync("global", None);

        Assert.Equal(key.KeyId, Assert.Single(await Open().ListAsync("global", None)).KeyId);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----\n")]
    public async Task A_damaged_file_is_named_and_its_content_is_not(string content)
    {
        Directory.CreateDirectory(_folder["keys/global"]);
        var file = _folder["keys/global/20260101T000000000Z.pem"];
        await File.WriteAllTextAsync(file, content);

        var failure = await Assert.ThrowsAsync<SigningUnavailableException>(() => Open().ListAsync("global", None));

        Assert.Contains(file, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("MIIE", failure.ToString(), StringComparison.Ordinal);
        await Assert.ThrowsAsync<SigningUnavailableException>(() => Open().CreateAsync("global", None));
    }

    [Fact]
    public async Task A_file_that_was_replaced_does_not_sign_as_the_key_it_was()
    {
        var signer = Open();
        var key = await signer.CreateAsync("global", None);
        AddKey("global", key.Version);
        File.SetLastWriteTimeUtc(KeyFile(key), new DateTime(2027, 1, 1, 0, 0, 0, DateTimeKind.Utc));

        var replaced = Assert.Single(await signer.ListAsync("global", None));

        Assert.NotEqual(key.KeyId, replaced.KeyId);
        await Assert.ThrowsAsync<SigningUnavailableException>(() => signer.SignAsync(key, new byte[32], None));
    }

    [Fact]
    public async Task A_folder_that_cannot_be_written_is_said_in_one_line_with_what_to_do()
    {
        await File.WriteAllTextAsync(_folder["keys"], "a file where the folder should be");

        var failure = await Assert.ThrowsAsync<SigningUnavailableException>(() => Open().CreateAsync("global", None));

        Assert.Contains("Signing__Path", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', failure.Message);
    }

    private LocalKeySigner Open() => new(_folder["keys"], new ManualTimeProvider());

    private string KeyFile(SigningKey key) => _folder[$"keys/{key.Name}/{key.Version}.pem"];

    private void AddKey(string name, string version)
    {
        using var rsa = RSA.Create(2048);
        File.WriteAllText(_folder[$"keys/{name}/{version}.pem"], rsa.ExportPkcs8PrivateKeyPem());
    }
}
