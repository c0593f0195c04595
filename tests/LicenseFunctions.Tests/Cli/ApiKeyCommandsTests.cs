using LicenseFunctions.Licensing;
using LicenseFunctions.Tests.Support;

namespace LicenseFunctions.Tests.Cli;

public sealed class ApiKeyCommandsTests
{
    [Fact]
    public async Task A_created_key_is_shown_once_and_opens_what_it_is_for()
    {
        using var cli = new CommandLine();
        var made = await cli.RunAsync("api-key", "create", "--name", "Kühl & Söhne", "--capability", "get-all-products,verify", "--json");
        var secret = made.Json.GetProperty("api_key").GetString()!;
        await using var store = await cli.OpenStoreAsync();
        await using var host = await ApiHost.StartAsync(store);

        var allowed = await host.SendAsync(new(HttpMethod.Get, "/api/v1/get-all-products"), secret);
        var refused = await host.SendAsync(new(HttpMethod.Post, "/api/v1/create-product"), secret);
        var listed = await cli.RunAsync("api-key", "list");

        Assert.Equal(200, allowed.Status);
        Assert.Equal("102", refused.Code);
        Assert.Equal(LicenseRows.Hash(secret)[..12], made.Json.GetProperty("id").GetString());
        Assert.Contains("Kühl & Söhne", made.Output, StringComparison.Ordinal);
        Assert.Contains("Kühl & Söhne", listed.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(secret, listed.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_json_the_output_is_a_line_to_paste()
    {
        using var cli = new CommandLine();

        var made = await cli.RunAsync("api-key", "create", "--name", "shop", "--all");

        Assert.Matches(@"\Aexport LICENSE_API_KEY=lk_[A-Za-z0-9_-]{43}\r?\n\z", made.Output);
        Assert.Contains("never shown again", made.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Capabilities_and_addresses_come_separated_repeated_or_both()
    {
        using var cli = new CommandLine();

        var made = await cli.RunAsync(
            "api-key", "create", "--name", "shop", "--json",
            "--capability", "verify,activate", "deactivate", "--capability", "verify",
            "--ip", "192.0.2.7,10.1.2.3/8", "--ip", "2001:db8::/32");

        Assert.Equal("[\"verify\",\"activate\",\"deactivate\"]", made.Json.GetProperty("capabilities").GetRawText());
        Assert.Equal("[\"192.0.2.7\",\"10.0.0.0/8\",\"2001:db8::/32\"]", made.Json.GetProperty("allowed_ips").GetRawText());
    }

    [Theory]
    [InlineData("either --all, or --capability", "--name", "x")]
    [InlineData("either --all, or --capability", "--name", "x", "--all", "--capability", "verify")]
    [InlineData("\"frob\" is not a capability; choose from access-downloadables, ", "--name", "x", "--capability", "verify,frob")]
    [InlineData("\"\" is not a capability", "--name", "x", "--capability", "verify,")]
    [InlineData("'--name' is required", "--all")]
    [InlineData("--name is a line of 1 to 255 characters", "--name", " ", "--all")]
    [InlineData("\"10\" is not an IP address or CIDR range", "--name", "x", "--all", "--ip", "10")]
    [InlineData("\"192.0.2.0/33\" is not", "--name", "x", "--all", "--ip", "192.0.2.0/33")]
    [InlineData("\"010.0.0.1\" is not", "--name", "x", "--all", "--ip", "010.0.0.1")]
    public async Task A_key_that_makes_no_sense_is_a_wrong_call(string because, params string[] args)
    {
        using var cli = new CommandLine();

        (await cli.RunAsync(["api-key", "create", .. args])).ShouldFail(2, because);
        (await cli.RunAsync(["api-key", "create", .. args, "--json"])).ShouldFail(2, because);
    }

    [Fact]
    public async Task A_key_is_disabled_and_enabled_by_its_id()
    {
        using var cli = new CommandLine();
        var id = (await cli.RunAsync("api-key", "create", "--name", "shop", "--all", "--json")).Json.GetProperty("id").GetString()!;

        (await cli.RunAsync("api-key", "disable", id)).ShouldSay($"API key {id} (shop) is disabled.");
        var listed = await cli.RunAsync("api-key", "list", "--json");
        var enabled = await cli.RunAsync("api-key", "enable", id, "--json");

        Assert.False(Assert.Single(listed.Json.EnumerateArray()).GetProperty("active").GetBoolean());
        Assert.True(enabled.Json.GetProperty("active").GetBoolean());
    }

    [Fact]
    public async Task An_unknown_id_fails()
    {
        using var cli = new CommandLine();

        (await cli.RunAsync("api-key", "disable", "0123456789ab", "--json")).ShouldFail(1, "No API key has this id");
    }

    [Fact]
    public async Task The_list_is_an_aligned_table()
    {
        using var cli = new CommandLine();
        (await cli.RunAsync("api-key", "list")).ShouldSay("No API keys.");
        await cli.RunAsync("api-key", "create", "--name", "a much longer name", "--all");
        await cli.RunAsync("api-key", "create", "--name", "shop", "--capability", "verify", "--ip", "192.0.2.7");

        var lines = (await cli.RunAsync("api-key", "list")).Output.Split('\n', StringSplitOptions.TrimEntries);

        Assert.Matches(@"^ID            NAME                STATE   CREATED AT            ALLOWED IPS  CAPABILITIES$", lines[0]);
        Assert.Matches(@"^[0-9a-f]{12}  a much longer name  active  \S{20}  -            \*$", lines[1]);
        Assert.Matches(@"^[0-9a-f]{12}  shop                active  \S{20}  192\.0\.2\.7    verify$", lines[2]);
    }
}
