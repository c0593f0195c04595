namespace LicenseFunctions.Storage.Sqlite;

/// <summary>
/// Recognises files on a network share, where the log's shared memory does not reach the other machine and two machines
/// would destroy the file. Not 9p and virtiofs: sandboxes and virtual machines show their only disk as these, and where
/// they cannot share memory SQLite itself refuses.
/// </summary>
internal static class NetworkShare
{
    private static readonly string[] Kinds =
    [
        "nfs", "nfs4", "cifs", "smb", "smbfs", "smb2", "smb3", "afs", "afpfs", "ncpfs", "davfs", "davfs2", "webdav", "ceph",
        "glusterfs", "lustre", "beegfs", "gpfs", "ocfs2", "gfs2", "fuse.sshfs", "fuse.s3fs", "fuse.rclone", "fuse.gcsfuse",
        "fuse.goofys", "fuse.glusterfs", "fuse.ceph", "fuse.davfs2", "fuse.blobfuse", "fuse.blobfuse2", "fuse.smbnetfs",
    ];

    /// <exception cref="StoreCannotOpenException">The file would lie on a share.</exception>
    public static void Refuse(string path)
    {
        var kind = OperatingSystem.IsWindows() ? WindowsKind(path)
            : OperatingSystem.IsLinux() ? KindOf(RealPath(path), ReadMounts())
            : DriveKind(path);
        if (IsShare(kind))
            throw new StoreCannotOpenException($"{path} is on a network share ({kind}); set Storage__Path to a local disk.");
    }

    public static bool IsShare(string kind) => Kinds.Contains(kind, StringComparer.OrdinalIgnoreCase);

    /// <summary>The file system that a path lies on, by a table in the form of /proc/mounts; empty when unknown.</summary>
    public static string KindOf(string path, IEnumerable<string> mounts)
    {
        var (kind, longest) = ("", -1);
        foreach (var line in mounts)
        {
            var fields = line.Split(' ');
            if (fields.Length < 3)
                continue;
            var point = Unescape(fields[1]).TrimEnd('/');
            // Of two mounts on one point, the later one is seen.
            if (point.Length >= longest && (path == point || path.StartsWith(point + "/", StringComparison.Ordinal)))
                (kind, longest) = (fields[2], point.Length);
        }

        return kind;
    }

    private static string WindowsKind(string path)
    {
        if (path.StartsWith(@"\\", StringComparison.Ordinal) && !path.StartsWith(@"\\?\", StringComparison.Ordinal))
            return "smb";
        return DriveInfoOf(path) is { DriveType: DriveType.Network } ? "smb" : "";
    }

    private static string DriveKind(string path)
    {
        try
        {
            return DriveInfoOf(path)?.DriveFormat ?? "";
        }
        catch (IOException)
        {
            return "";
        }
    }

    private static DriveInfo? DriveInfoOf(string path) =>
        Path.GetPathRoot(path) is { Length: > 0 } root ? new DriveInfo(OperatingSystem.IsWindows() ? root : Existing(path)) : null;

    /// <summary>The path with links followed, in its deepest part that exists.</summary>
    private static string RealPath(string path)
    {
        var parent = Path.GetDirectoryName(path);
        if (parent is null)
            return path;
        var here = Path.Combine(RealPath(parent), Path.GetFileName(path));
        FileSystemInfo entry = Directory.Exists(here) ? new DirectoryInfo(here) : new FileInfo(here);
        return entry.LinkTarget is null ? here : entry.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? here;
    }

    private static string Existing(string path) =>
        Directory.Exists(path) ? path : Existing(Path.GetDirectoryName(path) ?? "/");

    private static string[] ReadMounts()
    {
        try
        {
            return File.ReadAllLines("/proc/self/mounts");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>Blanks, tabs, line ends and backslashes stand as octal numbers.</summary>
    private static string Unescape(string field) => field
        .Replace(@"\040", " ", StringComparison.Ordinal).Replace(@"\011", "\t", StringComparison.Ordinal)
        .Replace(@"\012", "\n", StringComparison.Ordinal).Replace(@"\134", @"\", StringComparison.Ordinal);
}
