using System.CommandLine;
using System.Text.Json.Nodes;
using LicenseFunctions.Licensing;

namespace LicenseFunctions.Cli.Commands;

/// <summary><c>licensectl block …</c>: the addresses and identifiers that both APIs refuse.</summary>
internal static class BlockCommands
{
    private const int LongestIdentifier = 2048;

    public static Command All() => new("block", "The addresses and identifiers that are refused everywhere")
    {
        Change("add", "Refuse addresses or identifiers from the next request on", AddAsync),
        Change("remove", "Refuse them no longer", RemoveAsync),
        List(),
    };

    private static StoreCommand List() => new("list", "Show everything that is refused", async run =>
        List(await run.Service<AccessRules>().ListAsync(run.Cancel).ConfigureAwait(false)));

    private static Answer List(BlockRules rules) => Answer.List(
        [.. rules.Ips.Select(ip => Rule("ip", ip)), .. rules.Identifiers.Select(identifier => Rule("identifier", identifier))],
        "Nothing is blocked.", "type", "value");

    private static StoreCommand Change(
        string name, string description, Func<CommandRun, IpRange[], string[], Task<Answer>> change)
    {
        var ips = ListOption.Ips("An address or range");
        var identifiers = new Option<string[]>("--identifier")
        {
            Description = "A domain, in any notation, or a machine's identifier to the letter",
            HelpName = "TEXT",
            Arity = ArgumentArity.OneOrMore,
            AllowMultipleArgumentsPerToken = true,
        };
        identifiers.Validators.Add(result =>
        {
            if (result.Tokens.Any(token => token.Value.Length is 0 or > LongestIdentifier))
                result.AddError($"--identifier has 1 to {LongestIdentifier} characters.");
        });
        var command = new StoreCommand(name, description, run => change(run, run.Values(ips), run.Values(identifiers))) { ips, identifiers };
        command.Validators.Add(result =>
        {
            if (result.GetResult(ips) is null && result.GetResult(identifiers) is null)
                result.AddError("Say what: --ip, --identifier or both.");
        });
        return command;
    }

    private static async Task<Answer> AddAsync(CommandRun run, IpRange[] ips, string[] identifiers)
    {
        try
        {
            await run.Service<AccessRules>().ChangeAsync(rules => rules.With(ips, identifiers), run.Cancel).ConfigureAwait(false);
            return Changed("blocked", ips, identifiers);
        }
        catch (ArgumentException full)
        {
            return Answer.Failed(full.Message);
        }
    }

    /// <summary>All of them or none: a misspelt one must not go unnoticed among others.</summary>
    private static async Task<Answer> RemoveAsync(CommandRun run, IpRange[] ips, string[] identifiers)
    {
        string[] missing = [];
        await run.Service<AccessRules>().ChangeAsync(
            rules =>
            {
                missing = [.. ips.Where(ip => !rules.Has(ip)).Select(ip => ip.ToString()), .. identifiers.Where(identifier => !rules.Has(identifier))];
                return missing.Length > 0 ? rules : rules.Without(ips, identifiers);
            },
            run.Cancel).ConfigureAwait(false);
        return missing.Length == 0
            ? Changed("unblocked", ips, identifiers)
            : Answer.Failed($"Not blocked: {string.Join(", ", missing)}. Nothing was changed; licensectl block list shows what is blocked.");
    }

    private static Answer Changed(string what, IpRange[] ips, string[] identifiers)
    {
        string[] addresses = [.. ips.Select(ip => ip.ToString())];
        return Answer.Of(
            new() { ["ips"] = Documents.Texts(addresses), ["identifiers"] = Documents.Texts(identifiers), ["blocked"] = what == "blocked" },
            string.Join('\n', addresses.Concat(identifiers).Select(each => $"{each} is {what}.")));
    }

    private static JsonObject Rule(string type, string value) => new() { ["type"] = type, ["value"] = value };
}
