using System.Text.RegularExpressions;

namespace LicenseFunctions.Tests.Support;

/// <summary>What docs/operations.md says, for tests that hold it against the code.</summary>
internal static partial class OperationsManual
{
    private static readonly string Text = Repository.Read("docs", "operations.md");

    /// <summary>The table of metrics: name, unit, attributes in order, one space between.</summary>
    public static IEnumerable<(string Name, string Unit, string Attributes)> Metrics() => Rows("metric")
        .Select(row => (Code(row[0]).Single(), Code(row[1]).Single(), string.Join(' ', Code(row[2]).Order(StringComparer.Ordinal))))
        .Order();

    /// <summary>The names in the table of alerts.</summary>
    public static IEnumerable<string> Alerts() => Rows("alert").Select(row => Code(row[0]).Single());

    /// <summary>The queries, under the titles above them.</summary>
    public static IEnumerable<(string Title, string Kql)> Queries() =>
        Query().Matches(Text).Select(match => (match.Groups[1].Value, match.Groups[2].Value.Trim()));

    private static IEnumerable<string[]> Rows(string heading) => Text.Split('\n')
        .SkipWhile(line => !line.StartsWith($"| {heading} |", StringComparison.Ordinal))
        .Skip(2)
        .TakeWhile(line => line.StartsWith('|'))
        .Select(line => line.Trim('|').Split('|'));

    private static IEnumerable<string> Code(string cell) => Quoted().Matches(cell).Select(match => match.Groups[1].Value);

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Quoted();

    [GeneratedRegex("### ([^\n]+)\n(?:(?!###)[^`])*```kusto\n(.+?)```", RegexOptions.Singleline)]
    private static partial Regex Query();
}
