using System.Globalization;
using System.Net;
using System.Text;

namespace LicenseFunctions.Bench.Report;

/// <summary>One bar: its label, its length, what is written at its end.</summary>
internal sealed record Bar(string Label, double Value, string Text);

/// <summary>Horizontal bars as SVG, readable on light and dark pages.</summary>
internal static class BarChart
{
    private const int Width = 820;
    private const int Left = 300;
    private const int RowHeight = 22;

    /// <summary>Draws the chart.</summary>
    /// <param name="title">Above it.</param>
    /// <param name="bars">From top to bottom.</param>
    /// <param name="full">The value of the longest possible bar.</param>
    public static string Draw(string title, IReadOnlyList<Bar> bars, double full)
    {
        var height = 50 + (bars.Count * RowHeight);
        var svg = new StringBuilder();
        svg.AppendLine(CultureInfo.InvariantCulture, $"""<svg xmlns="http://www.w3.org/2000/svg" width="{Width}" height="{height}" viewBox="0 0 {Width} {height}" font-family="sans-serif" font-size="12">""");
        svg.AppendLine(CultureInfo.InvariantCulture, $"""  <rect width="{Width}" height="{height}" fill="#ffffff"/>""");
        svg.AppendLine(CultureInfo.InvariantCulture, $"""  <text x="12" y="24" font-size="14" font-weight="bold" fill="#222222">{WebUtility.HtmlEncode(title)}</text>""");
        for (var i = 0; i < bars.Count; i++)
        {
            var y = 40 + (i * RowHeight);
            var length = Math.Clamp(bars[i].Value / full, 0, 1) * (Width - Left - 130);
            svg.AppendLine(CultureInfo.InvariantCulture, $"""  <text x="{Left - 8}" y="{y + 13}" text-anchor="end" fill="#222222">{WebUtility.HtmlEncode(bars[i].Label)}</text>""");
            svg.AppendLine(CultureInfo.InvariantCulture, $"""  <rect x="{Left}" y="{y}" width="{length:F1}" height="{RowHeight - 6}" fill="#2f6f9f"/>""");
            svg.AppendLine(CultureInfo.InvariantCulture, $"""  <text x="{Left + length + 6:F1}" y="{y + 13}" fill="#222222">{WebUtility.HtmlEncode(bars[i].Text)}</text>""");
        }

        return svg.AppendLine("</svg>").ToString();
    }
}
