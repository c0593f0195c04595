namespace LicenseFunctions.Tests.Cli;

public sealed class BlockCommandsTests
{
    [Fact]
    public async Task Addresses_and_identifiers_are_blocked_together_and_listed()
    {
        using var cli = new CommandLine();

        var added = await cli.RunAsync(
            "block", "add", "--ip", "203.0.113.9", "--ip", "10.1.2.3/8", "--identifier", "Machine 7, left", "--identifier", "example.com", "--json");
        var listed = await cli.RunAsync("block", "list", "--json");

        Assert.Equal("""{"ips":["203.0.113.9","10.0.0.0/8"],"identifiers":["Machine 7, left","example.com"],"blocked":true}""", added.Json.GetRawText());
        Assert.Equal(
            """[{"type":"ip","value":"203.0.113.9"},{"type":"ip","value":"10.0.0.0/8"},{"type":"identifier","value":"Machine 7, left"},{"type":"identifier","value":"example.com"}]""",
            listed.Json.GetRawText());
    }

    [Theory]
    [InlineData("--ip", "10.1.2.3/8", "10.9.9.9/8")]
    [InlineData("--ip", "203.0.113.9", "203.0.113.9/32")]
    [InlineData("--identifier", "example.com", "https://EXAMPLE.com:8080/path")]
    public async Task The_same_in_another_notation_is_the_same(string option, string first, string second)
    {
        using var cli = new CommandLine();
        await cli.RunAsync("block", "add", option, first);

        Assert.Equal(0, (await cli.RunAsync("block", "add", option, second)).Code);
        Assert.Equal(1, (await cli.RunAsync("block", "list", "--json")).Json.GetArrayLength());
        Assert.Equal(0, (await cli.RunAsync("block", "remove", option, second)).Code);
        (await cli.RunAsync("block", "list")).ShouldSay("Nothing is blocked.");
    }

    [Fact]
    public async Task Removing_what_is_not_there_fails_and_changes_nothing()
    {
        using var cli = new CommandLine();
        await cli.RunAsync("block", "add", "--ip", "203.0.113.9");

        var result = await cli.RunAsync("block", "remove", "--ip", "203.0.113.9", "--identifier", "exmaple.com", "--json");

        result.ShouldFail(1, "Not blocked: exmaple.com. Nothing was changed");
        Assert.Equal(1, (await cli.RunAsync("block", "list", "--json")).Json.GetArrayLength());
    }

    [Theory]
    [InlineData("Say what: --ip, --identifier or both.")]
    [InlineData("\"example.com\" is not an IP address", "--ip", "example.com")]
    [InlineData("--identifier has 1 to 2048 characters", "--identifier", "")]
    public async Task A_rule_that_makes_no_sense_is_a_wrong_call(string because, params string[] args)
    {
        using var cli = new CommandLine();

        (await cli.RunAsync(["block", "add", .. args])).ShouldFail(2, because);
        (await cli.RunAsync(["block", "remove", .. args])).ShouldFail(2, because);
    }

    [Fact]
    public async Task More_rules_than_fit_are_refused()
    {
        using var cli = new CommandLine();
        string[] many = [.. Enumerable.Range(0, 40).Select(n => $"{n}-" + new string('x', 2000))];

        var result = await cli.RunAsync(["block", "add", "--identifier", .. many]);

        result.ShouldFail(1, "remove some first");
        (await cli.RunAsync("block", "list")).ShouldSay("Nothing is blocked.");
    }
}
