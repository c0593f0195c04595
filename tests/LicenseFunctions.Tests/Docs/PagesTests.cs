using System.Text.RegularExpressions;
using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.Docs;

/// <summary>What pages name is there.</summary>
public sealed partial class PagesTests
{
    private static readonly string[] Settings =
    [
        .. SettingRead().Matches(Repository.Read("src", "LicenseFunctions", "LicensingOptions.cs"))
            .Select(match => match.Groups[1].Value.Replace(":", "__", StringComparison.Ordinal)),
    ];

    [Fact]
    public void Every_link_leads_somewhere() =>
        Assert.Equal([], from page in Page.All
                         from link in page.Links
                         let target = Path.Combine(Repository.Root, Path.GetDirectoryName(page.Path)!, link)
                         where !File.Exists(target) && !Directory.Exists(target)
                         select $"{page.Path}: {link}");

    [Fact]
    public void README_leads_to_every_page()
    {
        var linked = Page.Of("README.md").Links;

        Assert.Equal([], Page.All.Select(page => page.Path).Where(path => path != "README.md" && !linked.Contains(path)));
    }

    [Theory]
    [InlineData("docs/architecture.md", 30)]
    [InlineData("docs/runbook.md", 8)]
    [InlineData("CONTRIBUTING.md", 8)]
    [InlineData("README.md", 4)]
    public void Every_file_that_it_names_exists(string page, int least)
    {
        // The operator's own file, which the repository must not hold.
        var named = Page.Of(page).Names.Where(name => FileName().IsMatch(name) && name != "local.settings.json").ToArray();

        Assert.Equal([], named.Where(name => !Exists(name)));
        Assert.InRange(named.Length, least, int.MaxValue);
    }

    [Fact]
    public void Every_setting_that_a_page_names_exists()
    {
        var named = Page.All.SelectMany(page => SettingNamed().Matches(page.Text).Select(match => (page.Path, Name: match.Value))).ToArray();

        Assert.Equal([], named.Where(each => !Settings.Contains(each.Name)));
        Assert.InRange(named.Length, 30, int.MaxValue);
    }

    [Fact]
    public void What_is_not_there_is_found()
    {
        var page = new Page("x.md", "See [this](nowhere.md) and `Licensing/Nothing.cs`.\n```sh\nlicensectl a \\\n  b  # why\n```\n");

        Assert.Equal(["nowhere.md"], page.Links);
        Assert.False(Exists(Assert.Single(page.Names)));
        Assert.Equal(["licensectl a    b  # why"], page.Commands);
    }

    /// <summary>Below the root, or where most of it is: the room's folder of the function app.</summary>
    internal static bool Exists(string name) =>
        new[] { Repository.Root, Path.Combine(Repository.Root, "src", "LicenseFunctions"), Path.Combine(Repository.Root, "infra", "modules"), Path.Combine(Repository.Root, "tests", "LicenseFunctions.Tests") }
            .Any(folder => File.Exists(Path.Combine(folder, name)) || Directory.Exists(Path.Combine(folder, name)));

    /// <summary>What has an ending of ours, or a slash between words that are no route and no command.</summary>
    [GeneratedRegex(@"^[\w.-]+(/[\w.-]+)*\.(cs|md|bicep|props|sh|service|json|yml|yaml)$|^(src|tests|infra|docs|bench|standins|deploy)(/[\w.-]+)*/?$")]
    private static partial Regex FileName();

    [GeneratedRegex(@"\b(?:Storage|Signing|Bootstrap|Changelog|Downloads|Envato|RateLimits|Retention|Webhooks|Network)__[A-Za-z]+\b")]
    private static partial Regex SettingNamed();

    [GeneratedRegex(@"settings\.[A-Z]\w*\(""([A-Za-z]+:[A-Za-z]+)""")]
    private static partial Regex SettingRead();
}
