using LicenseFunctions.Cli;
using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.Cli;

public sealed class LicenseCtlTests
{
    [Theory]
    [InlineData()]
    [InlineData("--help")]
    [InlineData("api-key", "create", "--help")]
    public async Task The_help_needs_no_store(params string[] args)
    {
        using var cli = new CommandLine();

        var result = await cli.RunAsync(args);

        Assert.Equal((0, ""), (result.Code, result.Error));
        Assert.Contains("Usage:", result.Output, StringComparison.Ordinal);
        Assert.False(File.Exists(cli.StorePath));
    }

    [Theory]
    [InlineData("Unrecognized command or argument 'lisense'.", "lisense", "show")]
    [InlineData("Unrecognized command or argument 'lsit'. See licensectl api-key --help", "api-key", "lsit")]
    [InlineData("Required command was not provided. See licensectl api-key --help", "api-key")]
    [InlineData("See licensectl license show --help", "license", "show")]
    [InlineData("Unrecognized command or argument '--jsn'", "api-key", "list", "--jsn")]
    public async Task A_wrong_call_is_one_line_and_exit_code_2(string because, params string[] args)
    {
        using var cli = new CommandLine();

        (await cli.RunAsync(args)).ShouldFail(2, because);
        (await cli.RunAsync([.. args, "--json"])).ShouldFail(2, "licensectl: ");
    }

    [Theory]
    [InlineData("api-key", "list")]
    [InlineData("block", "list")]
    [InlineData("product", "list")]
    [InlineData("generator", "list")]
    [InlineData("download", "list")]
    public async Task An_empty_list_is_an_empty_array(params string[] args)
    {
        using var cli = new CommandLine();

        Assert.Equal("[]", (await cli.RunAsync([.. args, "--json"])).Output.Trim());
        Assert.Equal("[]", (await cli.RunAsync(["--json", .. args])).Output.Trim());
    }

    [Fact]
    public async Task A_new_store_is_mentioned_beside_the_answer()
    {
        using var cli = new CommandLine();

        var first = await cli.RunAsync("api-key", "list", "--json");
        var second = await cli.RunAsync("api-key", "list", "--json");

        Assert.Contains(cli.StorePath, first.Error, StringComparison.Ordinal);
        Assert.Equal("[]", first.Output.Trim());
        Assert.Equal("", second.Error);
    }

    [Theory]
    [InlineData("Storage:Provider", "Paper", "Storage__Provider")]
    [InlineData("Storage:Pth", "x", "There is no setting Storage__Pth")]
    public async Task A_wrong_setting_is_one_line(string name, string value, string because)
    {
        using var cli = new CommandLine((name, value));

        (await cli.RunAsync("api-key", "list", "--json")).ShouldFail(1, because);
    }

    [Fact]
    public async Task A_broken_connection_string_is_one_line()
    {
        using var cli = new CommandLine(("Storage:Provider", "AzureTables"), ("Storage:ConnectionString", "nonsense"));

        (await cli.RunAsync("api-key", "list")).ShouldFail(1, "Storage__ConnectionString");
    }

    [AzuriteFact]
    public async Task A_refused_sign_in_is_one_line()
    {
        var connection = await Azurite.NewConnectionStringAsync();
        var wrong = string.Join(';', connection.Split(';').Select(part => part.StartsWith("AccountKey=", StringComparison.Ordinal) ? "AccountKey=d3Jvbmc=" : part));
        using var cli = new CommandLine(("Storage:Provider", "AzureTables"), ("Storage:ConnectionString", wrong));

        (await cli.RunAsync("api-key", "list", "--json")).ShouldFail(1, "The table service refuses: HTTP 403");
    }

    [Fact]
    public async Task A_store_that_cannot_be_opened_is_one_line()
    {
        using var cli = new CommandLine();
        await File.WriteAllTextAsync(cli.StorePath, "This is a letter, not a database. " + new string('.', 200));

        (await cli.RunAsync("api-key", "list", "--json")).ShouldFail(1, cli.StorePath);
    }

    [Fact]
    public async Task Settings_that_cannot_be_read_are_one_line()
    {
        using var error = new StringWriter();

        var code = await LicenseCtl.RunAsync(["api-key", "list"], TextWriter.Null, error, () => throw new SettingException("Mend the file."));

        Assert.Equal((1, "licensectl: Mend the file."), (code, error.ToString().Trim()));
    }
}
