using System.CommandLine.Parsing;
using System.Text.RegularExpressions;
using LicenseFunctions.Cli;
using LicenseFunctions.Http;

namespace LicenseFunctions.Tests.Docs;

/// <summary>What pages tell people to type: licensectl takes each of its lines, and what cannot be run here says so.</summary>
public sealed partial class CommandsTests
{
    private const string NeedsAzure = "# needs Azure";
    private const string NeedsPackages = "# needs the official packages";

    /// <summary>How lines begin that are the shell's own, or are checked as requests.</summary>
    private static readonly string[] Shell = ["alias ", "curl "];

    [Fact]
    public void Every_line_of_licensectl_is_one_that_it_takes()
    {
        var lines = Page.All
            .SelectMany(page => page.Commands.Concat(page.Path == "docs/runbook.md" ? page.Names : []).SelectMany(Calls).Select(call => (page.Path, Call: call))).ToArray();

        Assert.Equal([], lines.Select(line => (line.Path, line.Call, Error: ErrorOf(line.Call))).Where(line => line.Error is not null));
        Assert.InRange(lines.Length, 40, int.MaxValue);
    }

    [Theory]
    [InlineData("docs/runbook.md")]
    [InlineData("docs/operations.md")]
    [InlineData("infra/README.md")]
    public void Every_other_line_says_what_it_needs_that_is_not_here(string path)
    {
        var others = Page.Of(path).Commands.Where(line => !Calls(line).Any() && !Shell.Any(line.StartsWith)).ToArray();

        Assert.Equal([], others.Where(line => !line.EndsWith(NeedsAzure, StringComparison.Ordinal) && !line.EndsWith(NeedsPackages, StringComparison.Ordinal)));
        Assert.True(path == "docs/operations.md" || others.Length > 5);
    }

    [Fact]
    public void No_page_names_the_commands_of_Azure_without_saying_so()
    {
        var lines = Page.All.SelectMany(page => page.Commands.Where(line => AzureTool().IsMatch(line)).Select(line => (page.Path, Line: line))).ToArray();

        Assert.Equal([], lines.Where(line => !line.Line.EndsWith(NeedsAzure, StringComparison.Ordinal)));
        Assert.InRange(lines.Length, 20, int.MaxValue);
    }

    [Fact]
    public void The_page_of_a_machine_of_ones_own_says_what_its_lines_need() => Assert.Contains(
        "No test runs the lines below: those of the first part need systemd and root, those of the second podman", Page.Of("deploy/README.md").Text, StringComparison.Ordinal);

    [Fact]
    public void Every_request_is_one_that_is_served()
    {
        var catalog = new FunctionCatalog();
        var requests = Page.All.SelectMany(page => page.Commands.Select(line => Request().Match(line)).Where(request => request.Success)).ToArray();

        Assert.Equal([], requests.Where(request => catalog.Find(MethodOf(request.Value), request.Groups[1].Value, []) is null).Select(request => request.Value));
        Assert.InRange(requests.Length, 10, int.MaxValue);
    }

    [Theory]
    [InlineData("licensectl license sho KEY")]
    [InlineData("licensectl api-key create --name shop")]
    [InlineData("dotnet run --project src/LicenseFunctions.Cli -- block add --ip nowhere")]
    [InlineData("cat keys | Storage__Path=x.db licensectl api-key list --jsn  # a comment")]
    public void A_line_that_it_does_not_take_is_found(string line) => Assert.NotNull(ErrorOf(Assert.Single(Calls(line))));

    [Theory]
    [InlineData("alias licensectl='dotnet run --project src/LicenseFunctions.Cli --'")]
    [InlineData("az functionapp stop -n licensectl  # needs Azure")]
    public void A_line_of_something_else_is_not_taken_for_one(string line) => Assert.Empty(Calls(line));

    /// <summary>The arguments of each licensectl in a line: after settings for it, pipes, and without what the shell takes.</summary>
    private static IEnumerable<string> Calls(string line) =>
        from part in Comment().Replace(line, "").Split(["|", "&&"], StringSplitOptions.TrimEntries)
        let call = Call().Match(part)
        where call.Success
        select call.Groups[1].Value;

    private static string MethodOf(string curl) => curl.Contains(" -d ", StringComparison.Ordinal) && !curl.Contains(" -G ", StringComparison.Ordinal) ? "POST" : "GET";

    private static string? ErrorOf(string arguments)
    {
        string[] words = [.. CommandLineParser.SplitCommandLine(Redirection().Replace(arguments, "")).Select(word => word.Trim('\''))];
        var parsed = LicenseCtl.Root().Parse(words, new() { ResponseFileTokenReplacer = null });
        return parsed.Errors is [var first, ..] ? first.Message : null;
    }

    [GeneratedRegex(@"(^|[\s(])azd?\s")]
    private static partial Regex AzureTool();

    [GeneratedRegex(@"^curl .*localhost:7071(/[^\s?']+).*$")]
    private static partial Regex Request();

    [GeneratedRegex(@"(^|\s)#\s.*$")]
    private static partial Regex Comment();

    [GeneratedRegex(@"^(?:\w+=\S*\s+)*(?:licensectl|dotnet run (?:-c Release )?--project src/LicenseFunctions\.Cli --)\s+(\S.*)$")]
    private static partial Regex Call();

    [GeneratedRegex(@"\s[<>]\s*\S+")]
    private static partial Regex Redirection();
}
