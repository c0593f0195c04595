using System.CommandLine;
using System.Text.Json.Nodes;
using LicenseFunctions.KeyRotation;
using LicenseFunctions.Signing;

namespace LicenseFunctions.Cli.Commands;

/// <summary><c>licensectl signing-key …</c>: the keys that answers are signed with, and their rotation.</summary>
internal static class SigningKeyCommands
{
    public static Command All() => new("signing-key", "The keys that answers are signed with, and their rotation")
    {
        List(), Announce(), Rotate(), Retire(), Import(),
    };

    private static StoreCommand List() => new("list", "Show every version of every signing key", async run =>
        Answer.List(
            (await run.Service<SigningKeyRotation>().ListAsync(run.Cancel).ConfigureAwait(false)).Select(Of),
            "No signing keys: the first one is made when the server starts.",
            "name", "state", "kid", "signs_from", "signs_until", "created_at", "algorithm", "version"));

    private static StoreCommand Announce()
    {
        var name = Name();
        return new StoreCommand("announce", "Publish the next version of a key ahead of its use", async run =>
        {
            var outcome = await run.Service<SigningKeyRotation>().AnnounceAsync(run.Value(name), run.Cancel).ConfigureAwait(false);
            return Failure(run.Value(name), outcome) ?? Said(run.Value(name), outcome, outcome.Version!.From is not null
                ? $"{Key(outcome)} is announced, and signs from {Instant(outcome.At)} on."
                : $"{Key(outcome)} is announced{(outcome.Result == KeyRotationResult.Already ? " already" : "")}: it is in the key set and signs nothing yet. "
                    + $"licensectl signing-key rotate {run.Value(name)} has it sign, from {Instant(outcome.At)} on at the earliest.");
        }) { name };
    }

    private static StoreCommand Rotate()
    {
        var name = Name();
        var now = new Option<bool>("--now") { Description = "Skip the overlap: for a key that has leaked" };
        var keep = new Option<bool>("--keep-existing") { Description = "Pin the API keys that exist now to the key that signs now" };
        return new StoreCommand("rotate", "Have the announced version of a key sign; announces one where none is", async run =>
        {
            var outcome = await run.Service<SigningKeyRotation>().RotateAsync(run.Value(name), run.Value(now), run.Value(keep), run.Cancel).ConfigureAwait(false);
            var pinned = outcome.ApiKeys.Count == 0 ? "" : $" API keys that stay with the old one: {string.Join(", ", outcome.ApiKeys)}.";
            return Failure(run.Value(name), outcome) ?? Said(run.Value(name), outcome, run.Value(now)
                ? $"{Key(outcome)} signs; running servers follow within {SigningKeys.Fresh.TotalSeconds:0} seconds. The old one stays in the key set until it is retired.{pinned}"
                : $"{Key(outcome)} signs from {Instant(outcome.At)} on, on all servers at once. Until then it is announced; the old one stays in the key set afterwards, until it is retired.{pinned}");
        }) { name, now, keep };
    }

    private static StoreCommand Retire()
    {
        var name = Name();
        var kid = new Option<string>("--key") { Description = "The version's kid; else the oldest one that signs no more", HelpName = "KID" };
        var force = new Option<bool>("--force") { Description = "Also while answers signed with it may be young: for a key that has leaked" };
        return new StoreCommand("retire", "Take a version that signs no more out of the key set, and disable it", async run =>
        {
            var outcome = await run.Service<SigningKeyRotation>().RetireAsync(run.Value(name), run.Value(kid), run.Value(force), run.Cancel).ConfigureAwait(false);
            return Failure(run.Value(name), outcome) ?? Said(
                run.Value(name), outcome, $"{Key(outcome)} is retired: no longer in the key set, and disabled. It is not destroyed.");
        }) { name, kid, force };
    }

    private static StoreCommand Import()
    {
        var name = Name();
        var pem = new Option<string>("--pem") { Description = "A file with an RSA private key, PKCS#1 or PKCS#8, without a passphrase", HelpName = "FILE", Required = true };
        var now = new Option<bool>("--now") { Description = "Have it sign at once, although the name has a key" };
        return new StoreCommand("import", "Take over a key that clients know already", async run =>
        {
            var (key, failure) = PrivateKeyFile.Read(run.Value(pem)!);
            if (key is null)
                return Answer.Failed(failure!);
            using (key)
            {
                var outcome = await run.Service<SigningKeyRotation>().ImportAsync(run.Value(name), key, run.Value(now), run.Cancel).ConfigureAwait(false);
                return Failure(run.Value(name), outcome) ?? Said(run.Value(name), outcome, outcome switch
                {
                    { Result: KeyRotationResult.Already } => $"{Key(outcome)} is there already; licensectl signing-key list shows what it does.",
                    { Result: KeyRotationResult.Restored } => $"{Key(outcome)} was missing and is here again: it does what it did. licensectl signing-key list shows what.",
                    { Version.From: null } => $"{Key(outcome)} is imported and announced. licensectl signing-key rotate {run.Value(name)} has it sign.",
                    _ => $"{Key(outcome)} is imported and signs; running servers follow within {SigningKeys.Fresh.TotalSeconds:0} seconds.",
                });
            }
        }) { name, pem, now };
    }

    private static Argument<string> Name()
    {
        var name = new Argument<string>("NAME") { Description = "global, or a product's own such as product-1" };
        name.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && !KeyName.IsValid(token.Value))
                result.AddError("A signing key's name is 1 to 100 characters of a-z, 0-9 and '-', and not that of the key that wraps.");
        });
        return name;
    }

    private static Answer? Failure(string name, KeyRotationOutcome outcome) => outcome.Result switch
    {
        KeyRotationResult.Done or KeyRotationResult.Already or KeyRotationResult.Restored => null,
        KeyRotationResult.UnknownName => Answer.Failed(
            $"There is no signing key {name} yet: global is made when the server starts, a product's by licensectl product key create, any of them by licensectl signing-key import."),
        KeyRotationResult.UnknownVersion => Answer.Failed($"Nothing of {name} is to be retired; licensectl signing-key list shows what there is."),
        KeyRotationResult.AnotherIsAnnounced => Answer.Failed(
            $"{Key(outcome)} of {name} is announced: rotate to it, or take it back with licensectl signing-key retire {name} --key {outcome.Version!.KeyId}, or add --now."),
        KeyRotationResult.InUse => Answer.Failed($"{Key(outcome)} signs, or is about to: rotate to another version of {name} first."),
        KeyRotationResult.TooYoung => Answer.Failed(
            $"Answers signed with {Key(outcome)} may still be young (Signing__RetireAfter): it may be retired from {Instant(outcome.At)} on. --force retires a leaked key before."),
        KeyRotationResult.Pinned => Answer.Failed(
            $"API keys are pinned to {Key(outcome)}: {string.Join(", ", outcome.ApiKeys)}. Their callers need another version first: licensectl api-key set ID --signing-key none."),
    };

    private static Answer Said(string name, KeyRotationOutcome outcome, string text)
    {
        var version = outcome.Version!;
        return Answer.Of(
            new()
            {
                ["name"] = name,
                ["kid"] = version.KeyId,
                ["version"] = version.Version,
                ["changed"] = outcome.Result != KeyRotationResult.Already,
                ["announced_at"] = Instant(version.AnnouncedAt),
                ["signs_from"] = Instant(version.From),
                ["retired_at"] = Instant(version.RetiredAt),
                ["pinned_api_keys"] = Documents.Texts(outcome.ApiKeys),
            },
            text);
    }

    private static JsonObject Of(ListedVersion listed) => new()
    {
        ["name"] = listed.Name,
        ["state"] = listed.State,
        ["kid"] = listed.KeyId,
        ["version"] = listed.Version,
        ["algorithm"] = listed.Key is { } key ? $"RS256, RSA {key.Modulus.Length * 8}" : null,
        ["created_at"] = Instant(listed.Key?.CreatedAt?.ToUnixTimeMilliseconds()),
        ["announced_at"] = Instant(listed.Planned?.AnnouncedAt),
        ["signs_from"] = Instant(listed.Planned?.From),
        ["signs_until"] = Instant(listed.Until),
        ["retired_at"] = Instant(listed.Planned?.RetiredAt),
    };

    private static string Key(KeyRotationOutcome outcome) => $"Key {outcome.Version!.KeyId}";

    private static string? Instant(long? milliseconds) => Documents.Instant(milliseconds);
}
