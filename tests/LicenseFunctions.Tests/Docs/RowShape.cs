using System.Text.RegularExpressions;

namespace LicenseFunctions.Tests.Docs;

/// <summary>A line of the table of rows: in which table, with which partition and row keys.</summary>
internal sealed partial record RowShape(string Table, IReadOnlyList<Regex> Partitions, IReadOnlyList<Regex> Keys)
{
    /// <summary>Reads the lines; one that names no table goes on with that of the line above.</summary>
    public static IReadOnlyList<RowShape> Read(IReadOnlyList<string[]> lines)
    {
        var shapes = new List<RowShape>();
        foreach (var line in lines)
        {
            var table = line[0].Length > 0 ? line[0].Trim('`') : shapes[^1].Table;
            shapes.Add(new(table, Patterns(line[1]), Patterns(line[2])));
        }

        return shapes;
    }

    public bool Fits(string table, string partition, string key) =>
        table == Table && Partitions.Any(pattern => pattern.IsMatch(partition)) && Keys.Any(pattern => pattern.IsMatch(key));

    /// <summary><c>#</c> is a SHA-256 in hex, <c>{…}</c> anything.</summary>
    private static Regex[] Patterns(string cell) =>
    [
        .. Quoted().Matches(cell).Select(match => new Regex(
            "^" + string.Concat(Part().Matches(match.Groups[1].Value).Select(part => part.Value switch
            {
                "#" => "[0-9a-f]{64}",
                ['{', ..] => ".+",
                var text => Regex.Escape(text),
            })) + "$")),
    ];

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Quoted();

    [GeneratedRegex("#|{[^}]*}|[^#{]+")]
    private static partial Regex Part();
}
