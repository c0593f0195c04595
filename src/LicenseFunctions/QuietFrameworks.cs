using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace LicenseFunctions;

/// <summary>
/// Keeps what others log below a warning out of every log, whatever the configuration asks for: license keys stand in
/// queries, API keys and tokens in paths, and the frameworks log the addresses of requests.
/// </summary>
public sealed class QuietFrameworks : IPostConfigureOptions<LoggerFilterOptions>
{
    private static readonly string[] Loud = ["Microsoft", "Azure", "System.Net.Http"];

    public void PostConfigure(string? name, LoggerFilterOptions options)
    {
        for (var i = options.Rules.Count - 1; i >= 0; i--)
        {
            if (Reaches(options.Rules[i].CategoryName) && (options.Rules[i].LogLevel ?? LogLevel.Trace) < LogLevel.Warning)
                options.Rules.RemoveAt(i);
        }

        // A rule that names a provider goes before every one that names none.
        foreach (var provider in options.Rules.Select(rule => rule.ProviderName).Append(null).Distinct().ToArray())
        {
            foreach (var category in Loud)
                options.Rules.Add(new LoggerFilterRule(provider, category, LogLevel.Warning, null));
        }
    }

    private static bool Reaches(string? category) =>
        category is not null && (category.Contains('*', StringComparison.Ordinal) || Array.Exists(Loud, loud => category.StartsWith(loud, StringComparison.OrdinalIgnoreCase)));
}
