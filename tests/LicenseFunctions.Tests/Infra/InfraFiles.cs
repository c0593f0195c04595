using LicenseFunctions.Tests.Support;
using LicenseFunctions.Tests.Support.Bicep;

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

    public static Task<BicepFile> ParseAsync(string path) => BicepFile.ParseAsync(path, Read()[path]);

    /// <summary>One file with a slip in it.</summary>
    public static Task<BicepFile> ParseWithAsync(string path, string right, string wrong) => BicepFile.ParseAsync(path, ReadWith(path, right, wrong)[path]);

    public static Task<IReadOnlyList<BicepFile>> ParseAllAsync() => ParseAllAsync(Read());

    public static async Task<IReadOnlyList<BicepFile>> ParseAllAsync(Dictionary<string, string> files) =>
        await Task.WhenAll(files.Select(file => BicepFile.ParseAsync(file.Key, file.Value)));

    /// <summary>What a declaration says at a path into its body, as it is written; null where it says nothing.</summary>
    public static string? Says(this BicepFile file, string name, string path)
    {
        var found = path.Split('.').Aggregate(Body(file, name), (node, part) => node?.Property(part));
        return found?.Literal ?? found?.Text;
    }

    /// <summary>The texts that are listed at a path into the body of a declaration.</summary>
    public static IEnumerable<string?> Lists(this BicepFile file, string name, string path) =>
        path.Split('.').Aggregate(Body(file, name), (node, part) => node?.Property(part))!.Parts.Select(part => part.Literal);

    private static SyntaxNode? Body(BicepFile file, string name) => file.Find(name) switch
    {
        { Kind: BicepDeclarationKind.Variable } variable => variable.Value,
        var declared => declared?.Body,
    };
}
