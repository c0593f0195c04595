using System.CommandLine;
using System.Text.Json.Nodes;
using LicenseFunctions.Licensing.Events;
using LicenseFunctions.Webhooks;

namespace LicenseFunctions.Cli.Commands;

/// <summary><c>licensectl webhook …</c></summary>
internal static class WebhookCommands
{
    public static Command All() => new("webhook", "Who is told of what happens") { Add(), List(), Remove(), Dead(), Replay() };

    private static StoreCommand Add()
    {
        var url = new Option<string>("--url") { Description = "Where events are posted to", HelpName = "URL", Required = true };
        url.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && !WebhookSender.IsTarget(result.Tokens[^1].Value))
                result.AddError($"\"{result.Tokens[^1].Value}\" is not an address such as https://example.com/hook.");
        });
        var events = ListOption.Words("--event", "EVENT", "What to be told of; repeat it for several", "event", EventNames.All);
        events.Required = true;
        var secret = new Option<string>("--secret") { Description = "Signs what is posted; one is made when none is given", HelpName = "SECRET" };
        secret.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && result.Tokens[^1].Value.Length is < 16 or > 1024)
                result.AddError("The secret has 16 to 1024 characters.");
        });
        return new StoreCommand("add", "Be told of events", async run =>
        {
            var given = run.Value(secret);
            var (subscription, used) = await run.Service<VendorWebhooks>().AddAsync(run.Value(url)!, run.Values(events), given, run.Cancel).ConfigureAwait(false);
            var document = Document(subscription);
            document["secret"] = given is null ? used : null;
            return Answer.Of(document) with { Note = given is null ? "The secret is shown this once; keep it where what is posted is verified." : null };
        }) { url, events, secret };
    }

    private static StoreCommand List() => new("list", "List who is told of what", async run => Answer.List(
        (await run.Service<VendorWebhooks>().ListAsync(run.Cancel).ConfigureAwait(false)).Select(Document),
        "There are no webhooks.", "id", "url", "events", "active", "created_at"));

    private static StoreCommand Remove()
    {
        var id = Id();
        return new StoreCommand("remove", "Tell one no more; what waits for it is dropped", async run =>
            await run.Service<VendorWebhooks>().RemoveAsync(run.Value(id), run.Cancel).ConfigureAwait(false)
                ? Answer.Of(new() { ["id"] = run.Value(id), ["removed"] = true }, $"Webhook {run.Value(id)} is removed.")
                : Unknown) { id };
    }

    private static StoreCommand Dead()
    {
        var id = new Argument<string?>("ID") { Description = "Of one webhook only", Arity = ArgumentArity.ZeroOrOne };
        return new StoreCommand("dead", "List what could not be delivered for a day", async run => Answer.List(
            (await run.Service<VendorWebhooks>().DeadAsync(run.Optional(id), run.Cancel).ConfigureAwait(false)).Select(Document),
            "Nothing was given up.", "webhook", "id", "event", "attempts", "created_at", "given_up_at")) { id };
    }

    private static StoreCommand Replay()
    {
        var id = Id();
        return new StoreCommand("replay", "Try once more, for another day, what was given up", async run =>
            await run.Service<VendorWebhooks>().ReplayAsync(run.Value(id), run.Cancel).ConfigureAwait(false) is { } count
                ? Answer.Of(new() { ["id"] = run.Value(id), ["replayed"] = count }, $"{count} to be delivered again.")
                : Unknown) { id };
    }

    private static Answer Unknown { get; } = Answer.Failed("There is no webhook with this id; see licensectl webhook list.");

    private static Argument<string> Id() => new("ID") { Description = "As listed" };

    private static JsonObject Document(Subscription subscription) => new()
    {
        ["id"] = subscription.Id,
        ["url"] = subscription.Url,
        ["events"] = Documents.Texts(subscription.Events),
        ["active"] = subscription.IsActive,
        ["created_at"] = Documents.Instant(subscription.CreatedAt),
    };

    private static JsonObject Document(Delivery dead) => new()
    {
        ["webhook"] = dead.Partition,
        ["id"] = dead.EventId,
        ["event"] = dead.Event,
        ["attempts"] = dead.Attempts,
        ["created_at"] = Documents.Instant(dead.CreatedAt),
        ["given_up_at"] = Documents.Instant(dead.DueAt),
    };
}
