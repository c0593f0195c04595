using LicenseFunctions.Storage;
using LicenseFunctions.Storage.Sqlite;

namespace LicenseFunctions.Tests.Storage.Sqlite;

public sealed class NetworkShareTests
{
    private static readonly string[] Mounts =
    [
        "overlay / overlay rw,relatime 0 0",
        "proc /proc proc rw 0 0",
        "/dev/sdb1 /data ext4 rw 0 0",
        "files:/export /data/shared nfs4 rw,vers=4.2 0 0",
        "//files/share /mnt/my\\040share cifs rw 0 0",
        "me@host:/home /home/me/remote fuse.sshfs rw 0 0",
        "files:/a /mnt/covered nfs rw 0 0",
        "/dev/sdc1 /mnt/covered xfs rw 0 0",
        "broken",
    ];

    [Theory]
    [InlineData("/app/.data/licenses.db", "overlay")]
    [InlineData("/data/licenses.db", "ext4")]
    [InlineData("/data/sharedness/licenses.db", "ext4")]
    [InlineData("/data/shared/licenses.db", "nfs4")]
    [InlineData("/data/shared", "nfs4")]
    [InlineData("/mnt/my share/x/licenses.db", "cifs")]
    [InlineData("/home/me/remote/licenses.db", "fuse.sshfs")]
    [InlineData("/mnt/covered/licenses.db", "xfs")]
    public void The_file_system_is_that_of_the_innermost_mount(string path, string kind) =>
        Assert.Equal(kind, NetworkShare.KindOf(path, Mounts));

    [Theory]
    [InlineData("nfs", true)]
    [InlineData("nfs4", true)]
    [InlineData("CIFS", true)]
    [InlineData("smb3", true)]
    [InlineData("fuse.sshfs", true)]
    [InlineData("ext4", false)]
    [InlineData("overlay", false)]
    [InlineData("tmpfs", false)]
    [InlineData("9p", false)]
    [InlineData("", false)]
    public void A_share_is_known_by_its_file_system(string kind, bool shared) =>
        Assert.Equal(shared, NetworkShare.IsShare(kind));

    [Fact]
    public void A_local_path_is_accepted() => NetworkShare.Refuse(Path.Combine(Path.GetTempPath(), "not", "yet", "licenses.db"));

    [Fact]
    public void A_path_of_a_windows_share_is_refused_on_windows()
    {
        if (OperatingSystem.IsWindows())
            Assert.Throws<StoreCannotOpenException>(() => NetworkShare.Refuse(@"\\files\share\licenses.db"));
    }
}
