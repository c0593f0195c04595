using System.Text.RegularExpressions;
using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.Contract;

/// <summary>What the threat model claims, a test holds.</summary>
public sealed partial class SecurityDocumentTests
{
    private static readonly string Document = Repository.Read("docs", "security.md");

    [Fact]
    public void Every_test_that_it_names_exists()
    {
        var tests = typeof(SecurityDocumentTests).Assembly.GetTypes()
            .SelectMany(type => type.GetMethods().Where(method => method.IsDefined(typeof(FactAttribute), inherit: true)).Select(method => $"{type.Name}.{method.Name}"))
            .ToHashSet(StringComparer.Ordinal);
        var named = Named().Matches(Document).Select(match => match.Groups[1].Value).ToArray();

        Assert.True(named.Length > 40);
        Assert.Equal([], named.Where(name => !tests.Contains(name)));
    }

    [Fact]
    public void Every_claim_names_one()
    {
        var claims = Document.Split('\n').Where(line => line.StartsWith('|') && !line.StartsWith("| wants to |", StringComparison.Ordinal) && !line.StartsWith("| ---", StringComparison.Ordinal));

        Assert.Equal([], claims.Where(line => !Named().IsMatch(line.Split('|')[3])));
    }

    [Fact]
    public void README_leads_to_it_and_to_how_to_report()
    {
        var readme = Repository.Read("README.md");

        Assert.Contains("(docs/security.md)", readme, StringComparison.Ordinal);
        Assert.Contains("(SECURITY.md)", readme, StringComparison.Ordinal);
        Assert.Contains("Report a vulnerability", Repository.Read("SECURITY.md"), StringComparison.Ordinal);
    }

    [GeneratedRegex(@"`(\w+(?:Tests|Contract)\.\w+)`")]
    private static partial Regex Named();
}
