using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace LicenseFunctions.Cli;

/// <summary>Lays documents out for people: many as an aligned table, one as its fields below each other.</summary>
internal static class TextLayout
{
    private const string Nothing = "-";

    public static string Table(IReadOnlyList<JsonObject> rows, IReadOnlyList<string> columns)
    {
        List<string[]> lines = [[.. columns.Select(column => Label(column).ToUpperInvariant())]];
        lines.AddRange(rows.Select(row => columns.Select(column => Cell(row[column])).ToArray()));
        return Aligned(lines);
    }

    public static string Details(JsonObject document)
    {
        var (fields, tables) = (new List<string[]>(), new StringBuilder());
        Collect(document, "", fields, tables);
        return Aligned(fields) + tables;
    }

    private static void Collect(JsonObject document, string prefix, List<string[]> fields, StringBuilder tables)
    {
        foreach (var (name, value) in document)
        {
            if (value is JsonObject inner)
                Collect(inner, prefix + Label(name) + " ", fields, tables);
            else if (value is JsonArray { Count: > 0 } array && array[0] is JsonObject first)
                tables.Append($"\n\n{prefix}{Label(name)}\n").Append(Table([.. array.OfType<JsonObject>()], [.. first.Select(field => field.Key)]));
            else if (!fields.Exists(field => field[0] == prefix + Label(name)))
                fields.Add([prefix + Label(name), Cell(value)]); // product_id stands for scripts beside product.id; people see one.
        }
    }

    /// <summary>The last column is not padded: lines have no trailing blanks.</summary>
    private static string Aligned(List<string[]> lines)
    {
        if (lines.Count == 0)
            return "";
        var widths = Enumerable.Range(0, lines[0].Length).Select(column => lines.Max(line => line[column].Length)).ToArray();
        return string.Join('\n', lines.Select(line => string.Join("  ", line.Select((cell, i) => i == line.Length - 1 ? cell : cell.PadRight(widths[i])))));
    }

    private static string Label(string name) => name.Replace('_', ' ');

    private static string Cell(JsonNode? value) => value switch
    {
        null => Nothing,
        JsonArray { Count: 0 } => Nothing,
        JsonArray array => string.Join(", ", array.Select(Cell)),
        _ when value.GetValueKind() == JsonValueKind.True => "yes",
        _ when value.GetValueKind() == JsonValueKind.False => "no",
        _ => Printable(value.ToString()) is { Length: > 0 } text ? text : Nothing,
    };

    /// <summary>Stored texts come from callers; a terminal must not obey them, and a line must stay one.</summary>
    private static string Printable(string text) => string.Create(text.Length, text, (span, from) =>
    {
        for (var i = 0; i < span.Length; i++)
            span[i] = char.IsControl(from[i]) ? '\uFFFD' : from[i];
    });
}
