using System.Diagnostics;
using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.Cli;

/// <summary>The commands of docs/moving.md, as they stand there.</summary>
public sealed class MovingDocsTests
{
    private static readonly string Page = Repository.Read("docs", "moving.md");

    [AzuriteFact]
    public async Task Every_command_of_the_page_does_what_it_says()
    {
        using var folder = new TemporaryFolder();
        using var cli = new CommandLine(("Storage:Path", folder[".data/licenses.db"]), ("Signing:Path", folder[".data/keys"]));
        await cli.ProductAsync("Widget Pro");
        await File.WriteAllTextAsync(folder["old.csv"], "license_key,owner_email,identifiers\nOLD-1,ada@example.com,a.example\n");
        Directory.CreateDirectory(folder["bin"]);
        await File.WriteAllTextAsync(folder["bin/licensectl"], $"#!/bin/sh\nexec '{Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet"}' '{Path.Combine(AppContext.BaseDirectory, "licensectl.dll")}' \"$@\"\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(folder["bin/licensectl"], (UnixFileMode)0b111_000_000);
        var connection = await Azurite.NewConnectionStringAsync();

        var blocks = Page.Split("```sh\n")[1..].Select(block => block[..block.IndexOf("```", StringComparison.Ordinal)]).ToArray();
        foreach (var block in blocks)
        {
            var (code, said) = await RunAsync(folder.Path, block.Replace("UseDevelopmentStorage=true", $"'{connection}'", StringComparison.Ordinal));
            Assert.True(code == 0, $"{block}\n{said}");
        }

        Assert.Equal(4, blocks.Length);
        Assert.Equal(1, (await cli.RunAsync("license", "show", "OLD-1", "--json")).Json.GetProperty("activations").GetArrayLength());
    }

    [Fact]
    public async Task Every_column_is_in_the_table()
    {
        using var cli = new CommandLine();
        await cli.ProductAsync();
        var refused = await cli.RunAsync("license", "import", cli.NewFile("x.csv", 6, "colour"), "--product", "widget");
        var columns = refused.Error[(refused.Error.IndexOf("Columns are ", StringComparison.Ordinal) + 12)..].TrimEnd().TrimEnd('.').Split(", ");
        var rows = Page.Split('\n').SkipWhile(line => !line.StartsWith("| column |", StringComparison.Ordinal)).Skip(2).TakeWhile(line => line.StartsWith('|'));
        var named = rows.SelectMany(row => row.Split('|')[1].Split('`').Where((_, i) => i % 2 == 1));
        Assert.Equal(columns.Order(StringComparer.Ordinal), named.Order(StringComparer.Ordinal));
    }

    private static async Task<(int Code, string Said)> RunAsync(string folder, string script)
    {
        var start = new ProcessStartInfo("/bin/sh", ["-e", "-c", script]) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder };
        start.Environment["PATH"] = Path.Combine(folder, "bin") + ":" + Environment.GetEnvironmentVariable("PATH");
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, await output + await error);
    }
}
