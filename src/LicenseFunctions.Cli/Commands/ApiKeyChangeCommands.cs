using System.CommandLine;
using System.Text.Json.Nodes;
using LicenseFunctions.KeyRotation;
using LicenseFunctions.Licensing;

namespace LicenseFunctions.Cli.Commands;

/// <summary><c>licensectl api-key show|rotate|set</c>: keys that are in use.</summary>
internal static class ApiKeyChangeCommands
{
    private const string NoSigningKey = "none";

    public static StoreCommand Show()
    {
        var id = ApiKeyCommands.Id();
        return new StoreCommand("show", "Show a key, its secrets' ends, and the hour of its last use", async run =>
        {
            var secrets = await run.Service<ApiKeys>().FindAsync(run.Value(id), run.Cancel).ConfigureAwait(false);
            if (secrets.Count == 0)
                return ApiKeyCommands.Unknown;
            var uses = await Task.WhenAll(secrets.Select(secret => run.Service<ApiKeyUse>().FindAsync(secret.Hash, run.Cancel))).ConfigureAwait(false);
            var document = Documents.Of(secrets, run.Service<TimeProvider>().GetUtcNow().ToUnixTimeMilliseconds());
            document["last_used"] = Documents.Instant(uses.Max());
            document["secrets"] = new JsonArray([.. secrets.Zip(uses, (secret, use) => (JsonNode)new JsonObject
            {
                ["hash"] = secret.Hash[..12],
                ["created_at"] = Documents.Instant(secret.CreatedAt),
                ["ends_at"] = Documents.Instant(secret.EndsAt),
                ["last_used"] = Documents.Instant(use),
            })]);
            return Answer.Of(document);
        }) { id };
    }

    public static StoreCommand Rotate()
    {
        var id = ApiKeyCommands.Id();
        var overlap = new Option<string>("--overlap") { Description = "How long the old secret works beside the new one: 0s, 15m, 24h, 30d", HelpName = "DURATION", Required = true };
        overlap.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && !Duration.TryParse(token.Value, out _))
                result.AddError($"--overlap is {Duration.Form}.");
        });
        return new StoreCommand("rotate", "Give a key another secret, shown this once; the old one works until the overlap ends", async run =>
        {
            var secret = ApiKeys.NewKey();
            _ = Duration.TryParse(run.Value(overlap)!, out var length);
            if (await run.Service<ApiKeys>().RotateAsync(run.Value(id), secret, length, run.Cancel).ConfigureAwait(false) is not { } key)
                return ApiKeyCommands.Unknown;
            var old = length == TimeSpan.Zero ? "is refused from now on" : $"works for another {Duration.Show(length)}";
            return ApiKeyCommands.Secret(
                key, secret, $"API key {key.Id} has another secret; the old one {old}. Copy it now: it is stored as a hash only and never shown again.");
        }) { id, overlap };
    }

    public static StoreCommand Set()
    {
        var id = ApiKeyCommands.Id();
        var pin = new Option<string>("--signing-key")
        {
            Description = $"Sign its answers with this version as long as it is published, for callers that know no other; {NoSigningKey} for whichever signs",
            HelpName = "KID",
            Required = true,
        };
        return new StoreCommand("set", "Change a key", async run =>
        {
            var keyId = run.Value(pin)!;
            var known = await run.Service<SigningKeyRotation>().ListAsync(run.Cancel).ConfigureAwait(false);
            var wanted = known.FirstOrDefault(version => version.KeyId == keyId && version.State is "current" or "announced" or "previous");
            if (wanted?.KeyId != keyId && keyId != NoSigningKey)
                return Answer.Failed("No signing key that is published has this kid; licensectl signing-key list shows them.");

            // At most one of a name: that of another name, a product's say, stays.
            var others = keyId == NoSigningKey ? null : known.Where(version => version.Name == wanted!.Name).Select(version => version.KeyId).ToHashSet();
            return await run.Service<ApiKeys>().ChangeAsync(run.Value(id), key => key with
            {
                SigningKeyIds = others is null ? [] : [.. key.SigningKeyIds.Where(each => !others.Contains(each)), keyId],
            }, run.Cancel).ConfigureAwait(false) is { } changed
                ? Answer.Of(Documents.Of(changed), keyId == NoSigningKey
                    ? $"Answers to API key {changed.Id} ({changed.Name}) are signed by whichever key signs."
                    : $"Answers to API key {changed.Id} ({changed.Name}) that {wanted!.Name} signs are signed with {keyId}.")
                : ApiKeyCommands.Unknown;
        }) { id, pin };
    }
}
