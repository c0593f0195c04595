using System.Text.RegularExpressions;
using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.Docs;

/// <summary>A page of the documentation: what it names, and what it tells people to type.</summary>
/// <param name="Path">Its path in the repository, with slashes.</param>
/// <param name="Text">Its text.</param>
internal sealed partial record Page(string Path, string Text)
{
    /// <summary>What people read: the pages at the root, under docs, and those of the folders that they run things in.</summary>
    public static IReadOnlyList<Page> All { get; } =
    [
        .. from folder in new[] { "", "docs", "infra", "deploy" }
           let path = System.IO.Path.Combine(Repository.Root, folder)
           where Directory.Exists(path)
           from file in Directory.EnumerateFiles(path, "*.md").Order(StringComparer.Ordinal)
           select Of(folder.Length == 0 ? System.IO.Path.GetFileName(file) : $"{folder}/{System.IO.Path.GetFileName(file)}"),
    ];

    public static Page Of(string path) => new(path, Repository.Read(path.Split('/')));

    /// <summary>The commands in its <c>sh</c> blocks, each on one line, with its comment.</summary>
    public IReadOnlyList<string> Commands
    {
        get
        {
            var blocks = ShellBlock().Matches(Text).Select(match => match.Groups[1].Value.Replace("\\\n", " ", StringComparison.Ordinal));
            return [.. blocks.SelectMany(block => block.Split('\n')).Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] != '#')];
        }
    }

    /// <summary>What stands in backquotes outside of blocks.</summary>
    public IReadOnlyList<string> Names =>
        [.. Name().Matches(Block().Replace(Text, "")).Select(match => match.Groups[1].Value).Distinct(StringComparer.Ordinal)];

    /// <summary>What it links to in the repository.</summary>
    public IReadOnlyList<string> Links =>
        [.. Link().Matches(Block().Replace(Text, "")).Select(match => match.Groups[1].Value).Where(link => !link.Contains("://", StringComparison.Ordinal))];

    /// <summary>The rows of the table whose first column is headed so, as their cells.</summary>
    public IReadOnlyList<string[]> Table(string heading) =>
    [
        .. Text.Split('\n').SkipWhile(line => !line.StartsWith($"| {heading} |", StringComparison.Ordinal)).Skip(2)
            .TakeWhile(line => line.StartsWith('|')).Select(line => line.Split('|')[1..^1].Select(cell => cell.Trim()).ToArray()),
    ];

    [GeneratedRegex("^```sh\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex ShellBlock();

    [GeneratedRegex("^```.*?^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex("`([^`\n]+)`")]
    private static partial Regex Name();

    [GeneratedRegex(@"\]\(([^)#\s]+)(?:#[^)]*)?\)")]
    private static partial Regex Link();
}
