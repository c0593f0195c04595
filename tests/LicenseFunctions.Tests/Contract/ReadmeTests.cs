using System.Text.RegularExpressions;
using LicenseFunctions.Http;
using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.Contract;

/// <summary>README's tables say what the code serves and reads, no more and no less.</summary>
public sealed partial class ReadmeTests
{
    private static readonly string[] Readme = Repository.Read("README.md").Split('\n');

    [Fact]
    public void The_table_of_endpoints_is_the_catalogue_of_functions()
    {
        var served =
            from function in new FunctionCatalog().All
            where !function.Name.EndsWith("Alias", StringComparison.Ordinal)
            from method in function.Methods
            select $"{method.ToUpperInvariant()} /{function.Route.Replace("{licenseKey}", "{license_key}", StringComparison.Ordinal)}";

        Assert.Equal(served.Where(each => !each.StartsWith("OPTIONS ", StringComparison.Ordinal)).Order(StringComparer.Ordinal), FirstColumn("endpoint").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_table_of_settings_is_what_the_options_read()
    {
        var source = Repository.Read("src", "LicenseFunctions", "LicensingOptions.cs");
        var read = SettingName().Matches(source).Select(match => match.Groups[1].Value.Replace(":", "__", StringComparison.Ordinal));

        Assert.Equal(read.Append("ASPNETCORE_URLS").Order(StringComparer.Ordinal), FirstColumn("setting").Order(StringComparer.Ordinal));
    }

    /// <summary>The code in the first column of the table that is headed so.</summary>
    private static IEnumerable<string> FirstColumn(string heading) => Readme
        .SkipWhile(line => !line.StartsWith($"| {heading} |", StringComparison.Ordinal))
        .Skip(2)
        .TakeWhile(line => line.StartsWith('|'))
        .Select(line => line.Split('`')[1]);

    [GeneratedRegex(@"settings\.[A-Z]\w*\(""([A-Za-z]+:[A-Za-z]+)""")]
    private static partial Regex SettingName();
}
