using System.Runtime.Versioning;
using System.Security.Cryptography;
using LicenseFunctions.Signing.LocalKeys;
using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.Cli;

/// <summary>Every command in docs/keys.md does what the page says, in the order in which it stands there.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class KeysDocumentTests
{
    private const string Tool = "licensectl ";

    [Fact]
    public async Task Every_command_of_the_page_runs()
    {
        using var folder = new TemporaryFolder();
        using var cli = new CommandLine();
        await cli.ProductAsync();
        await new LocalKeySigner(cli.KeysPath, TimeProvider.System).CreateAsync("global", default);
        var pem = folder["old.pem"];
        using (var rsa = RSA.Create(2048))
            await File.WriteAllTextAsync(pem, rsa.ExportRSAPrivateKeyPem());
        File.SetUnixFileMode(pem, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var id = (await cli.RunAsync("api-key", "create", "--name", "app", "--all", "--json")).Json.GetProperty("id").GetString()!;
        var ran = 0;

        foreach (var line in Commands().Where(line => line.StartsWith(Tool, StringComparison.Ordinal)))
        {
            var kid = (await cli.RunAsync("signing-key", "list", "--json")).Json.EnumerateArray()
                .First(version => version.GetProperty("state").GetString() == "current").GetProperty("kid").GetString()!;
            var (command, comment) = line.Split('#') is [var left, var right] ? (left, right) : (line, "");
            string[] words = [.. command[Tool.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries)
                .Select(word => word switch { "ID" => id, "KID" => kid, "old.pem" => pem, _ => word })];

            var result = await cli.RunAsync(words);

            Assert.True(result.Code == (comment.Contains("refused", StringComparison.Ordinal) ? 1 : 0), $"{line}: {result.Error}");
            ran++;
        }

        Assert.True(ran >= 18, $"{ran} commands were found.");
    }

    [Fact]
    public void What_else_is_on_the_page_needs_Azure_or_is_the_shells()
    {
        string[] shell = ["alias licensectl=", "chmod 600 old.pem"];

        Assert.All(Commands().Where(line => !line.StartsWith(Tool, StringComparison.Ordinal)), line => Assert.True(
            line.EndsWith("# needs Azure", StringComparison.Ordinal) || shell.Any(each => line.StartsWith(each, StringComparison.Ordinal)), line));
    }

    private static IEnumerable<string> Commands()
    {
        var isInside = false;
        foreach (var line in Repository.Read("docs", "keys.md").Split('\n'))
        {
            if (line.StartsWith("```", StringComparison.Ordinal))
                isInside = line == "```sh";
            else if (isInside && line.Length > 0)
                yield return line;
        }
    }
}
