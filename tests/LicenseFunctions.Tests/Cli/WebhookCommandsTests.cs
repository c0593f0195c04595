namespace LicenseFunctions.Tests.Cli;

public sealed class WebhookCommandsTests
{
    [Fact]
    public async Task A_webhook_is_added_with_a_secret_shown_once_listed_and_removed()
    {
        using var cli = new CommandLine();
        var added = await cli.RunAsync("webhook", "add", "--url", "https://example.com/hook", "--event", "license.created", "--event", "product.updated", "--json");
        var id = added.Json.GetProperty("id").GetString()!;

        var listed = (await cli.RunAsync("webhook", "list", "--json")).Json[0];
        Assert.StartsWith("whsec_", added.Json.GetProperty("secret").GetString(), StringComparison.Ordinal);
        Assert.Equal((id, false), (listed.GetProperty("id").GetString(), listed.TryGetProperty("secret", out _)));
        Assert.Equal("""["license.created","product.updated"]""", listed.GetProperty("events").GetRawText());
        Assert.Equal(0, (await cli.RunAsync("webhook", "dead", id, "--json")).Json.GetArrayLength());
        Assert.Equal(0, (await cli.RunAsync("webhook", "dead", "--json")).Json.GetArrayLength());
        Assert.Equal(0, (await cli.RunAsync("webhook", "replay", id, "--json")).Json.GetProperty("replayed").GetInt32());
        Assert.Equal(0, (await cli.RunAsync("webhook", "remove", id)).Code);
        (await cli.RunAsync("webhook", "list")).ShouldSay("There are no webhooks.");
    }

    [Fact]
    public async Task An_unknown_event_is_refused_with_those_there_are()
    {
        using var cli = new CommandLine();
        (await cli.RunAsync("webhook", "add", "--url", "https://example.com/hook", "--event", "license.made")).ShouldFail(2, "license.created, license.updated");
    }

    [Fact]
    public async Task What_is_no_address_and_what_is_no_webhook_is_refused()
    {
        using var cli = new CommandLine();
        (await cli.RunAsync("webhook", "add", "--url", "example", "--event", "license.created")).ShouldFail(2, "is not an address");
        (await cli.RunAsync("webhook", "remove", "0123")).ShouldFail(1, "There is no webhook");
        (await cli.RunAsync("webhook", "replay", "0123")).ShouldFail(1, "There is no webhook");
    }
}
