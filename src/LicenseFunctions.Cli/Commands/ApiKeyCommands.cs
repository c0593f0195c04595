using System.CommandLine;
using LicenseFunctions.Licensing;
using LicenseFunctions.SignedApi;

namespace LicenseFunctions.Cli.Commands;

/// <summary><c>licensectl api-key …</c>: the keys that open the signed API.</summary>
internal static class ApiKeyCommands
{
    private const int LongestName = 255;

    public static Command All() => new("api-key", "The keys that open the signed API")
    {
        Create(), List(), ApiKeyChangeCommands.Show(), ApiKeyChangeCommands.Rotate(), ApiKeyChangeCommands.Set(), SetActive("enable", "Make a key usable again", true), SetActive("disable", "Refuse a key from the next request on", false),
    };

    private static StoreCommand Create()
    {
        var name = new Option<string>("--name") { Description = "What it is for, to tell it from others", HelpName = "N", Required = true };
        name.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && (token.Value.Trim().Length is 0 or > LongestName || token.Value.Any(char.IsControl)))
                result.AddError($"--name is a line of 1 to {LongestName} characters.");
        });
        var all = new Option<bool>("--all") { Description = "For every endpoint, also those to come" };
        var capabilities = ListOption.Words(
            "--capability", "SLUG", "For these endpoints only: " + string.Join(", ", Capability.All), "capability", Capability.All);
        var ips = ListOption.Ips("Usable from these addresses or ranges only");
        var command = new StoreCommand("create", "Make a key; it is shown this once", async run =>
        {
            var secret = ApiKeys.NewKey();
            var draft = new ApiKey
            {
                Hash = "",
                Name = run.Value(name)!.Trim(),
                Capabilities = run.Value(all) ? [ApiKey.AllCapabilities] : run.Values(capabilities),
                AllowedIps = [.. run.Values(ips).Select(ip => ip.ToString())],
            };
            return await run.Service<ApiKeys>().CreateAsync(secret, draft, run.Cancel).ConfigureAwait(false) is { } key
                ? Secret(key, secret, $"API key {key.Id} is made. Copy it now: it is stored as a hash only and never shown again.")
                : Answer.Failed("Two random keys were alike; run the command again.");
        }) { name, all, capabilities, ips };
        command.Validators.Add(result =>
        {
            if (result.GetResult(all) is { Implicit: false } == result.GetResult(capabilities) is { Implicit: false })
                result.AddError("Say what the key is for: either --all, or --capability with one or more of them.");
        });
        return command;
    }

    /// <summary>How every command names a key.</summary>
    public static Argument<string> Id() => new("ID") { Description = "The key's id, as list shows it" };

    public static Answer Unknown { get; } = Answer.Failed("No API key has this id; licensectl api-key list shows them.");

    /// <summary>Shows a secret, this once.</summary>
    public static Answer Secret(ApiKey key, string secret, string note)
    {
        var document = Documents.Of(key);
        document.Insert(1, "api_key", secret);
        return Answer.Of(document, $"export LICENSE_API_KEY={secret}") with { Note = note };
    }

    private static StoreCommand List() => new("list", "Show all keys (not the secrets themselves)", async run =>
    {
        var now = run.Service<TimeProvider>().GetUtcNow().ToUnixTimeMilliseconds();
        var keys = await run.Service<ApiKeys>().ListAsync(run.Cancel).ConfigureAwait(false);
        return Answer.List(
            keys.GroupBy(key => key.Id, StringComparer.Ordinal).Select(secrets => Documents.Of([.. secrets], now)),
            "No API keys.", "id", "name", "state", "created_at", "allowed_ips", "capabilities");
    });

    private static StoreCommand SetActive(string name, string description, bool active)
    {
        var id = Id();
        return new StoreCommand(name, description, async run =>
            await run.Service<ApiKeys>().SetActiveAsync(run.Value(id), active, run.Cancel).ConfigureAwait(false) is { } key
                ? Answer.Of(Documents.Of(key), $"API key {key.Id} ({key.Name}) is {(active ? "enabled" : "disabled")}.")
                : Unknown) { id };
    }
}
