using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.Infra;

/// <summary>The files of infra/.</summary>
internal static class InfraFiles
{
    private static string Folder { get; } = Path.Combine(Repository.Root, "infra");

    /// <summary>Every Bicep file by its path in infra/, <c>/</c> between folders.</summary>
    public static Dictionary<string, string> Read() => Directory
        .EnumerateFiles(Folder, "*.bicep*", SearchOption.AllDirectories)
        .ToDictionary(file => Path.GetRelativePath(Folder, file).Replace('\\', '/'), File.ReadAllText, StringComparer.Ordinal);

    /// <summary>The same files with one slip in one of them.</summary>
    public static Dictionary<string, string> ReadWith(string path, string right, string wrong)
    {
        var files = Read();
        var position = files[path].IndexOf(right, StringComparison.Ordinal);
        Assert.True(position >= 0, $"infra/{path} has no \"{right}\" to plant an error in.");
        files[path] = files[path].Remove(position, right.Length).Insert(position, wrong);
        return files;
    }
}
