namespace LicenseFunctions.Bench.Report;

/// <summary>Rows under headings, for the console and for documents.</summary>
internal sealed class Table(params string[] headings)
{
    private readonly List<string[]> _rows = [];

    public IReadOnlyList<string> Headings => headings;

    public IReadOnlyList<string[]> Rows => _rows;

    public void Add(params string[] row)
    {
        _rows.Add(row);
        Console.WriteLine(string.Join("  ", row.Select((cell, i) => i == 0 ? cell.PadRight(34) : cell.PadLeft(Math.Max(9, headings[i].Length)))));
    }

    public void PrintHeadings() =>
        Console.WriteLine(string.Join("  ", headings.Select((cell, i) => i == 0 ? cell.PadRight(34) : cell.PadLeft(Math.Max(9, cell.Length)))));

    /// <summary>As a Markdown table.</summary>
    public string ToMarkdown()
    {
        var lines = new List<string> { Line(headings), Line([.. headings.Select((_, i) => i == 0 ? "---" : "---:")]) };
        lines.AddRange(_rows.Select(Line));
        return string.Join('\n', lines);

        static string Line(string[] cells) => $"| {string.Join(" | ", cells)} |";
    }
}
