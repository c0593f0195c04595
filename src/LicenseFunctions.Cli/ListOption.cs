using System.CommandLine;
using System.CommandLine.Parsing;
using LicenseFunctions.Licensing;

namespace LicenseFunctions.Cli;

/// <summary>Options that take several values: one after another, separated by commas, or the option repeated.</summary>
internal static class ListOption
{
    /// <summary>Addresses and CIDR ranges.</summary>
    public static Option<IpRange[]> Ips(string description) => new("--ip")
    {
        Description = description,
        HelpName = "CIDR",
        Arity = ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = true,
        CustomParser = result => [.. Split(result).Select(text => Ip(result, text)).Distinct()],
    };

    /// <summary>Some of a few known words.</summary>
    public static Option<string[]> Words(string name, string helpName, string description, string word, IReadOnlyList<string> known) => new(name)
    {
        Description = description,
        HelpName = helpName,
        Arity = ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = true,
        CustomParser = result =>
        {
            foreach (var text in Split(result).Except(known, StringComparer.Ordinal))
                result.AddError($"\"{text}\" is not a {word}; choose from {string.Join(", ", known)}.");
            return [.. Split(result).Distinct(StringComparer.Ordinal)];
        },
    };

    private static IEnumerable<string> Split(ArgumentResult result) =>
        result.Tokens.SelectMany(token => token.Value.Split(',', StringSplitOptions.TrimEntries));

    private static IpRange Ip(ArgumentResult result, string text)
    {
        if (!IpRange.TryParse(text, out var range))
            result.AddError($"\"{text}\" is not an IP address or CIDR range such as 192.0.2.7 or 192.0.2.0/24.");
        return range;
    }
}
